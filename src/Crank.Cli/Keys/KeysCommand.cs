using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Terminal;
using Crank.Trust.Keys;

namespace Crank.Cli.Keys;

/// <summary><c>crank keys list|rotate</c>: the public keys of this mesh, <c>crank keys create|api|revoke|replace</c>: API keys. Private keys are never shown.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var list = new Command("list", "Shows every public key of this mesh, oldest first. Give them to whoever verifies receipts.");
        list.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            Show(answer, folder.Keys);
            return ExitCode.Done;
        }));
        var rotate = new Command("rotate", "Makes a new key and signs with it from now on; receipts signed before stay valid.");
        rotate.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            folder.Keys.Rotate(TimeProvider.System.GetUtcNow());
            Show(answer, folder.Keys);
            return ExitCode.Done;
        }));
        return new("keys", "The keys of this mesh, and API keys for programs and agents.") { list, rotate, ApiKeyCommands.Create(), ApiKeyCommands.List(), ApiKeyCommands.Revoke(), ApiKeyCommands.Replace() };
    }

    private static void Show(Answer answer, KeyRing keys) => answer.Write(
        () => new JsonArray([.. keys.Keys.Select(k => (JsonNode)new JsonObject { ["key"] = k.Key.ToString(), ["from"] = k.From?.ToString("O"), ["until"] = k.Until?.ToString("O") })]),
        output =>
        {
            foreach (var key in keys.Keys)
            {
                output.WriteLine(key.Key.ToString());
            }
        });
}
