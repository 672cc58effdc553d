using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;

namespace Crank.Cli.Policy.Govern;

/// <summary><c>crank policy shadow|enforce</c>: a set beside the one in force of a running mesh, and in its place.</summary>
internal static class ShadowCommand
{
    private const string Path = "/v1/policy/shadow";

    private const string Examples = """
          crank policy shadow policy-next
          crank policy status
          crank policy enforce
          crank policy shadow off

        The shadow is asked everything that the set in force is asked, and decides nothing; 'crank policy status' shows where they differ.
        """;

    public static Command Create()
    {
        var path = new Argument<string>("DIR|off") { Description = "A folder or bundle on the machine of the mesh; 'off' to ask none." };
        var command = new ExampleCommand("shadow", "Asks a set of policies beside the one in force, without enforcing it.", Examples) { path };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            if (parsed.GetRequiredValue(path) is var named && named == "off")
            {
                using var off = new HttpRequestMessage(HttpMethod.Delete, Path);
                await mesh.JsonAsync(off, cancellationToken);
                answer.Write(() => new JsonObject { ["shadow"] = null }, output => output.WriteLine("No shadow is asked."));
                return ExitCode.Done;
            }

            var body = new JsonObject { ["path"] = RemoteOptions.Address(parsed) is null ? System.IO.Path.GetFullPath(named) : named };
            using var request = new HttpRequestMessage(HttpMethod.Put, Path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            var shadow = await mesh.JsonAsync(request, cancellationToken);
            answer.Write(
                () => JsonNode.Parse(shadow.GetRawText())!,
                output => output.WriteLine($"{shadow.GetProperty("revision")} from {shadow.GetProperty("origin")} is asked beside the set in force; 'crank policy status' shows where they differ."));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Enforce()
    {
        var command = new Command("enforce", "Puts the shadow in force, from the answer on and over restarts.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/policy/enforce");
            var status = await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => JsonNode.Parse(status.GetRawText())!, output => output.WriteLine(Named(status.GetProperty("inForce"))));
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>A set in one line.</summary>
    public static string Named(JsonElement set) => $"{set.GetProperty("revision")} from {set.GetProperty("origin")} is in force.";
}
