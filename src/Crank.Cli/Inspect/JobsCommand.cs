using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Inspect;

/// <summary><c>crank jobs</c>: jobs, newest first; <c>crank jobs wait|result|cancel|requeue|forget JOB</c> and <c>crank jobs dead</c> for those of a running mesh.</summary>
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
            var jobs = await ReadAsync(parsed, from, count, answer, cancellationToken);
            answer.Write(
                () => new JsonArray([.. jobs.Select(j => (JsonNode)j.ToJson())]),
                output => Table.Write(output, ["JOB", "STATE", "WHEN (UTC)", "CAPABILITY", "ERROR"], [.. jobs.Select(j => j.ToRow())]));
            return ExitCode.Done;
        }));
        command.Add(JobActions.Wait());
        command.Add(JobActions.Result());
        command.Add(JobActions.Cancel());
        command.Add(DeadLetterActions.List());
        command.Add(DeadLetterActions.Requeue());
        command.Add(DeadLetterActions.Forget());
        return command;
    }

    private static async Task<IReadOnlyList<JobLine>> ReadAsync(ParseResult parsed, JobId? before, int count, Answer answer, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
        if (mesh is not null)
        {
            return await mesh.ListAsync($"/v1/jobs?limit={Math.Min(count, 100)}", cancellationToken).Select(JobLine.Of)
                .Where(job => before is null || JobId.Parse(job.Job).CompareTo(before.Value) < 0)
                .Take(count).ToListAsync(cancellationToken);
        }

        await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
        return [.. folder.Store.ListJobs(TenantId.Owner, before, count).Select(JobLine.Of)];
    }
}
