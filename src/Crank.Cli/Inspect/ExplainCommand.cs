using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Receipts;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Explain;
using Crank.Mesh.Rollouts;

namespace Crank.Cli.Inspect;

/// <summary><c>crank explain JOB</c>: why it went where it went, made again from its receipt and the offers it names.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var job = new Argument<string>("JOB") { Description = "The job's id." };
        var command = new Command("explain", "Makes the placement of a job again and says why each offer won or lost.") { job };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var id = GlobalOptions.Read(() => JobId.Parse(parsed.GetRequiredValue(job)));
            var explanation = await ReadAsync(parsed, id, answer, cancellationToken);
            answer.Write(() => Json(explanation), output => Text(output, explanation));
            return explanation.Agrees || !explanation.SnapshotKept ? ExitCode.Done : ExitCode.VerificationSaysNo;
        }));
        return command;
    }

    private static async Task<(Receipt Receipt, bool SnapshotKept, bool Agrees, string? Share)> ReadAsync(ParseResult parsed, JobId id, Answer answer, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
        if (mesh is not null)
        {
            var said = await mesh.GetAsync($"/v1/jobs/{id}/explain", cancellationToken);
            var (receipt, _) = await mesh.ReceiptAsync(id.ToString(), cancellationToken);
            return (receipt, said.GetProperty("snapshotKept").GetBoolean(), said.GetProperty("agrees").GetBoolean(), said.TryGetProperty("rollout", out var share) ? Share(share) : null);
        }

        await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
        var explanation = Explainer.Explain(folder.Store, id)
            ?? throw new CliException(ExitCode.NotFoundOrConflict, $"There is no job {id} here, or it has no receipt yet.", "See 'crank jobs'.");
        return (explanation.Receipt, explanation.Again is not null, explanation.Agrees, explanation.Share is { } chosen ? Share(chosen) : null);
    }

    private static void Text(TextWriter output, (Receipt Receipt, bool SnapshotKept, bool Agrees, string? Share) explanation)
    {
        var receipt = explanation.Receipt;
        output.WriteLine($"job       {receipt.Job}  {receipt.Capability}  {receipt.State.ToString().ToLowerInvariant()}{(receipt.Error is { } error ? $" ({error})" : "")}");
        output.WriteLine(receipt.Decision is { } decision
            ? $"decision  {(decision.Allowed ? "allowed" : "refused")} by rule {decision.Rule} of policy {decision.Bundle}: {decision.Why}"
            : "decision  none: the job was refused before it was asked for");
        if (explanation.Share is { } share)
        {
            output.WriteLine($"version   {share}");
        }

        if (receipt.Plan is not { } plan)
        {
            output.WriteLine("plan      none: the job was refused before it was placed");
            return;
        }

        output.WriteLine($"scorer    {plan.Scorer}, over {plan.Considered} offer(s) of snapshot {plan.Snapshot}");
        output.WriteLine($"units     at most {string.Join(", ", plan.Units.Select(u => $"{u.Value} {u.Key}"))}");
        foreach (var (candidate, index) in plan.Candidates.Select((c, i) => (c, i)))
        {
            output.WriteLine($"{(index == 0 ? "chosen  " : "next    ")}  {candidate.Node}  score {candidate.Score:G6}, at most {candidate.Ceiling}  (offer {candidate.Offer})");
        }

        foreach (var loser in plan.Losers)
        {
            output.WriteLine($"lost      {loser.Node}  {loser.Reason.ToString().ToLowerInvariant()}: {Answer.Plain(loser.Detail)}  (offer {loser.Offer})");
        }

        var unnamed = plan.Losses.Values.Sum() - plan.Losers.Length;
        if (unnamed > 0)
        {
            output.WriteLine($"          and {unnamed} more");
        }

        output.WriteLine(!explanation.SnapshotKept
            ? "again     the offer snapshot is not kept here, so the choice cannot be made again"
            : explanation.Agrees
                ? "again     made again from the receipt and the snapshot: the same choice"
                : "again     MADE AGAIN, THE CHOICE IS ANOTHER ONE: the receipt and the snapshot do not agree");
    }

    private static JsonObject Json((Receipt Receipt, bool SnapshotKept, bool Agrees, string? Share) explanation) => new()
    {
        ["receipt"] = ReceiptJson.Of(explanation.Receipt),
        ["snapshotKept"] = explanation.SnapshotKept,
        ["agrees"] = explanation.Agrees,
        ["share"] = explanation.Share,
    };

    private static string Share(RolloutShare share) => Share(share.IsCandidate, share.Candidate.ToString(), share.Stable.ToString(), share.Weight, share.Slot, share.Missed);

    private static string Share(JsonElement share) => Share(
        share.GetProperty("share").GetString() == "candidate", share.GetProperty("candidate").GetString()!, share.GetProperty("stable").GetString()!,
        share.GetProperty("weight").GetInt32(), share.GetProperty("slot").GetInt32(), share.GetProperty("missed").GetBoolean());

    private static string Share(bool isCandidate, string candidate, string stable, int weight, int slot, bool isMissed) =>
        $"slot {slot} of 10000 is in the share of {(isCandidate ? candidate : stable)}, as {candidate} had {weight} % beside {stable}{(isMissed ? "; nobody offered it" : "")}";
}
