using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;

namespace Crank.Cli.Inspect;

/// <summary><c>crank jobs dead|requeue|forget</c>: what can be done with jobs that a running mesh accepted and that were not done.</summary>
internal static class DeadLetterActions
{
    public static Command List()
    {
        var command = new Command("dead", "Lists jobs that were accepted and not done, newest first.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var letters = await mesh.ListAsync("/v1/dead-letters?limit=100", cancellationToken).ToListAsync(cancellationToken);
            answer.Write(
                () => new JsonArray([.. letters.Select(l => JsonNode.Parse(l.GetRawText()))]),
                output => Table.Write(output, ["JOB", "STATE", "WHEN (UTC)", "CAPABILITY", "ERROR", "KEPT UNTIL (UTC)"], [.. letters.Select(l => (IReadOnlyList<string>)[.. JobLine.Of(l).ToRow(), Until(l)])]));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Requeue()
    {
        var job = JobActions.Job();
        var command = new Command("requeue", "Asks for a job that was not done again, as a new one with the same input and terms.") { job };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/dead-letters/{JobActions.Id(parsed, job)}/requeue");
            var accepted = await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => JsonNode.Parse(accepted.GetRawText())!, output => output.WriteLine($"{accepted.GetProperty("job").GetString()} takes its place."));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Forget()
    {
        var job = JobActions.Job();
        var command = new Command("forget", "Removes a job that was not done from the list of those; the job and its receipt stay.") { job };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var id = JobActions.Id(parsed, job);
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/dead-letters/{id}");
            await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => new JsonObject { ["forgotten"] = id.ToString() }, output => output.WriteLine($"{id} is no dead letter any more."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static string Until(JsonElement letter) => letter.GetProperty("queue").GetProperty("deadUntil").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss");
}
