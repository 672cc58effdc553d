using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Receipts;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Authorize.Log;
using Crank.Trust.Verify;

namespace Crank.Cli.Policy.History;

/// <summary><c>crank policy replay</c>: makes the decisions of a receipt again.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var receipt = ReceiptCommand.File();
        var command = new ExampleCommand("replay", "Makes the decisions of a receipt again: the same input, policies, time and chance; says whether the answer is the same.", """
              crank policy replay receipt.json
              crank policy replay 01K4Z0Q6W5N8E7R2T9Y3U1I0PA --json

            Exit 0: same. 13: it differs, or receipt, input or policies were changed. 10: input or policies are gone.
            """)
        { receipt };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var bytes = await ReceiptCommand.ReadAsync(parsed, parsed.GetRequiredValue(receipt), answer, cancellationToken);
            if (ReceiptVerifier.Verify(bytes, ReceiptCommand.FolderKeys(parsed)) is not ReceiptVerification.Verified verified)
            {
                throw new CliException(ExitCode.VerificationSaysNo, "The receipt is not vouched for by the keys of this data folder.", "'crank receipt verify' says why.", FailureCodes.VerificationFailed);
            }

            var decisions = new[] { verified.Receipt.Promise?.Decision, verified.Receipt.Decision }.OfType<Decision>().ToList();
            if (decisions.Count == 0)
            {
                throw new CliException(ExitCode.NotFoundOrConflict, $"Job {verified.Receipt.Job} ended before the policy was asked.", "");
            }

            var folder = HistoryFolder.Locate(parsed);
            var replays = decisions.Select(decision => (Receipt: decision, Replay: Replay(folder, decision, cancellationToken))).ToList();
            Say(answer, verified.Receipt.Job, replays);
            return replays.All(static r => r.Replay.IsSame) ? ExitCode.Done : ExitCode.VerificationSaysNo;
        }));
        return command;
    }

    private static PolicyReplay Replay(HistoryFolder folder, Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Input is null)
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"Decision {decision.Id} by {decision.Bundle} cannot be made again: what it was made of was not kept.", "policy.log.inputs says whether it is.");
        }

        try
        {
            var kept = folder.Inputs().Find(decision.Id, out var erased) ?? throw new CliException(
                ExitCode.NotFoundOrConflict,
                erased ? $"The input of decision {decision.Id} was erased." : $"The input of decision {decision.Id} is not kept here.",
                erased ? "" : "It may be older than policy.log.keep, more than policy.log.inputBytes, lost (see 'crank policy log verify'), or left out by data.system.log.drop.");
            if (!PolicyReplay.IsOf(kept, decision))
            {
                throw Changed($"What is kept of decision {decision.Id} is not what the receipt speaks of.");
            }

            var set = folder.Sets.Open(kept.Set, TimeProvider.System) ?? throw new CliException(
                ExitCode.NotFoundOrConflict, $"The policies {kept.Revision} that made decision {decision.Id} are not kept any more.", "policy.log.sets and policy.log.setBytes say how many are.");
            return PolicyReplay.Run(kept, set, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw Changed(e.Message);
        }
    }

    private static void Say(Answer answer, JobId job, List<(Decision Receipt, PolicyReplay Replay)> replays) => answer.Write(
        () => new JsonObject
        {
            ["job"] = job.ToString(),
            ["same"] = replays.All(static r => r.Replay.IsSame),
            ["decisions"] = new JsonArray([.. replays.Select(static r => (JsonNode)new JsonObject
            {
                ["decision"] = r.Receipt.Id.ToString(),
                ["revision"] = r.Receipt.Bundle,
                ["same"] = r.Replay.IsSame,
                ["then"] = Json(r.Replay.Sealed.Allowed, r.Replay.Sealed.Rule, r.Replay.Before),
                ["now"] = Json(r.Replay.Answer.Allowed, r.Replay.Answer.Rule, r.Replay.After),
                ["receipt"] = new JsonObject { ["allowed"] = r.Receipt.Allowed, ["rule"] = r.Receipt.Rule },
            })]),
        },
        output =>
        {
            foreach (var (receipt, replay) in replays)
            {
                var then = Text(replay.Sealed.Allowed, replay.Sealed.Rule);
                output.WriteLine(Answer.Plain($"{(replay.IsSame ? "same" : "differs")}: decision {receipt.Id} by {receipt.Bundle}: {then}"));
                if (!replay.IsSame)
                {
                    output.WriteLine(Answer.Plain($"  then: {then} {replay.Before ?? "undefined"}"));
                    output.WriteLine(Answer.Plain($"  now:  {Text(replay.Answer.Allowed, replay.Answer.Rule)} {replay.After ?? "undefined"}"));
                }

                if (receipt.Rule != replay.Sealed.Rule)
                {
                    // An exception, or what cannot be carried out, stands above what the policies answer.
                    output.WriteLine(Answer.Plain($"  the receipt: {Text(receipt.Allowed, receipt.Rule)}, which stood above the policy's answer"));
                }
            }
        });

    private static string Text(bool allowed, string rule) => $"{(allowed ? "allowed" : "refused")} by {rule}";

    private static JsonObject Json(bool allowed, string rule, string? result) =>
        new() { ["allowed"] = allowed, ["rule"] = rule, ["result"] = result is null ? null : JsonNode.Parse(result) };

    private static CliException Changed(string what) => new(ExitCode.VerificationSaysNo, what, "Something in the data folder was changed; nothing can be said about the decision.", FailureCodes.VerificationFailed);
}
