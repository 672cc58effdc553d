using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;

namespace Crank.Cli.Inspect;

/// <summary><c>crank services</c>: who serves what in a running mesh, and how it is.</summary>
internal static class ServicesCommand
{
    private const string Examples = """
          crank services
          crank services --json

        A service from outside joins with 'crank worker NAME --mesh URL --key-file FILE', or with the same options of its own executable;
        'crank keys create NAME --scope services:register' makes its key.
        """;

    public static Command Create()
    {
        var command = new ExampleCommand("services", "Lists the services of a running mesh, where they stand and what their checks came to.", Examples);
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var services = await mesh.ListAsync("/v1/services", cancellationToken).ToListAsync(cancellationToken);
            answer.Write(
                () => new JsonArray([.. services.Select(s => JsonNode.Parse(s.GetRawText()))]),
                output => Table.Write(
                    output, ["SERVICE", "VERSION", "STATE", "NODE", "ISOLATION", "SDK", "CHECK", "CAPABILITIES"],
                    [.. services.Select(s => (IReadOnlyList<string>)
                    [
                        Text(s, "service"), Text(s, "version"), Text(s, "state"), Text(s, "node"), Text(s, "isolation"), Sdk(s), Check(s),
                        string.Join(' ', s.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString())),
                    ])]));
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>How many services of a running mesh stand where, in words.</summary>
    public static string Summary(IReadOnlyList<JsonElement> services) => services.Count == 0
        ? "none"
        : string.Join(", ", services.GroupBy(s => Text(s, "state")).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));

    private static string Sdk(JsonElement service)
    {
        var skew = Text(service, "skew");
        return skew is "older" or "newer" ? $"{Text(service, "sdk")} ({skew})" : skew;
    }

    private static string Check(JsonElement service) => !service.TryGetProperty("check", out var check) ? "not yet"
        : check.GetProperty("ok").GetBoolean() ? "ok"
        : check.TryGetProperty("why", out var why) ? $"failed {check.GetProperty("failures")}x: {Answer.Plain(why.GetString()!)}" : "failed";

    private static string Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) ? Answer.Plain(value.GetString() ?? "") : "";
}
