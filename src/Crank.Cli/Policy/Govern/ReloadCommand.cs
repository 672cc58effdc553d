using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;

namespace Crank.Cli.Policy.Govern;

/// <summary><c>crank policy reload</c>: has a running mesh read its policies again.</summary>
internal static class ReloadCommand
{
    private const string Examples = """
          crank policy reload
          crank policy reload --mesh https://mesh.example:8420

        A set that is wrong is answered with what is wrong, and the one in force stays.
        """;

    public static Command Create()
    {
        var command = new ExampleCommand("reload", "Has a running mesh read the policies in force again, now.", Examples);
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/policy/reload");
            var status = await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => JsonNode.Parse(status.GetRawText())!, output => output.WriteLine(ShadowCommand.Named(status.GetProperty("inForce"))));
            return ExitCode.Done;
        }));
        return command;
    }
}
