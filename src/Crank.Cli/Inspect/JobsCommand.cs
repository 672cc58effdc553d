using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Inspect;

/// <summary><c>crank jobs</c>: the jobs of this data folder, newest first.</summary>
internal static class JobsCommand
{
    private const int MaxLimit = 1000;

    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = $"How many at most, 1 to {MaxLimit}.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var before = new Option<string>("--before") { Description = "Only jobs older than this one.", HelpName = "JOB" };
        var command = new Command("jobs", "Lists jobs, newest first.") { limit, before };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var count = parsed.GetValue(limit);
            if (count is < 1 or > MaxLimit)
            {
                throw new CliException(ExitCode.Usage, $"--limit is 1 to {MaxLimit}, not {count}.");
            }

            var from = parsed.GetValue(before) is { } text ? GlobalOptions.Read(() => JobId.Parse(text)) : (JobId?)null;
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            var jobs = folder.Store.ListJobs(TenantId.Owner, from, count);
            answer.Write(
                () => new JsonArray([.. jobs.Select(j => (JsonNode)new JsonObject
                {
                    ["job"] = j.Id.ToString(),
                    ["capability"] = j.Capability.ToString(),
                    ["state"] = Name(j.State),
                    ["error"] = j.Error?.ToString(),
                    ["acceptedAt"] = j.AcceptedAt.ToString("O"),
                    ["finishedAt"] = j.FinishedAt?.ToString("O"),
                })]),
                output => Table.Write(
                    output,
                    ["JOB", "STATE", "WHEN (UTC)", "CAPABILITY", "ERROR"],
                    [.. jobs.Select(j => (IReadOnlyList<string>)[j.Id.ToString(), Name(j.State), j.AcceptedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss"), j.Capability.ToString(), j.Error?.ToString() ?? ""])]));
            return ExitCode.Done;
        }));
        return command;
    }

    private static string Name(JobState state) => state.ToString().ToLowerInvariant();
}
