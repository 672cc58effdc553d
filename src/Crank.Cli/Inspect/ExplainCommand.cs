using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Receipts;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Explain;

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
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            var explanation = Explainer.Explain(folder.Store, id)
                ?? throw new CliException(ExitCode.NotFoundOrConflict, $"There is no job {id} here, or it has no receipt yet.", "See 'crank jobs'.");
            answer.Write(() => Json(explanation), output => Text(output, explanation));
            return explanation.Agrees || explanation.Again is null ? ExitCode.Done : ExitCode.VerificationSaysNo;
        }));
        return command;
    }

    private static void Text(TextWriter output, Explanation explanation)
    {
        var receipt = explanation.Receipt;
        output.WriteLine($"job       {receipt.Job}  {receipt.Capability}  {receipt.State.ToString().ToLowerInvariant()}{(receipt.Error is { } error ? $" ({error})" : "")}");
        output.WriteLine(receipt.Decision is { } decision
            ? $"decision  {(decision.Allowed ? "allowed" : "refused")} by rule {decision.Rule} of policy {decision.Bundle}: {decision.Why}"
            : "decision  none: the job was refused before it was asked for");
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

        output.WriteLine(explanation.Again is null
            ? "again     the offer snapshot is not kept here, so the choice cannot be made again"
            : explanation.Agrees
                ? "again     made again from the receipt and the snapshot: the same choice"
                : "again     MADE AGAIN, THE CHOICE IS ANOTHER ONE: the receipt and the snapshot do not agree");
    }

    private static JsonObject Json(Explanation explanation) => new()
    {
        ["receipt"] = ReceiptJson.Of(explanation.Receipt),
        ["snapshotKept"] = explanation.Again is not null,
        ["agrees"] = explanation.Agrees,
    };
}
