using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Receipts;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Authorize.Log;
using Crank.Trust.Verify;

namespace Crank.Cli.Policy.History;

/// <summary><c>crank policy log verify|erase</c>: whether the decision log is whole, and erasing what is kept for replay.</summary>
internal static class LogCommand
{
    public static Command Create() => new("log", "The decision log: whether it is whole; erasing what is kept for replay.") { Verify(), Erase() };

    private static ExampleCommand Verify()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of a decision log, oldest first; those of the data folder when left out.", Arity = ArgumentArity.ZeroOrMore };
        var key = ReceiptCommand.Key();
        var command = new ExampleCommand("verify", "Says whether anything in a decision log was changed, or is missing without a signed gap.", """
              crank policy log verify
              crank policy log verify decisions-*.jsonl.gz --key mesh.pub

            Exit 0: nothing is wrong; gaps are counted. 13: something is.
            """)
        { files, key };
        command.SetAction(GlobalOptions.Guarded((parsed, answer, cancellationToken) =>
        {
            var keys = (parsed.GetValue(key) is { Length: > 0 } given ? ReceiptCommand.Keys(given) : ReceiptCommand.FolderKeys(parsed)).Select(static k => k.Key).ToList();
            var paths = parsed.GetValue(files) is { Length: > 0 } named ? named : HistoryFolder.Locate(parsed).Log;
            foreach (var path in paths.Where(static path => !File.Exists(path)))
            {
                throw new CliException(ExitCode.NotFoundOrConflict, $"There is no file '{path}'.", "");
            }

            var audit = Read(paths, keys, cancellationToken);
            answer.Write(() => Json(audit), output => Write(output, audit));
            return Task.FromResult(audit.Findings.Count == 0 ? ExitCode.Done : ExitCode.VerificationSaysNo);
        }));
        return command;
    }

    private static ExampleCommand Erase()
    {
        var what = new Argument<string>("RECEIPT|DECISION") { Description = "A receipt file, the id of a job of this data folder, or the id of a decision." };
        var command = new ExampleCommand("erase", "Erases the kept inputs of decisions for good. Receipts stay valid; replay says that the input was erased.", """
              crank policy log erase receipt.json
              crank policy log erase 01K4Z0Q6W5N8E7R2T9Y3U1I0PA
            """)
        { what };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var inputs = HistoryFolder.Locate(parsed).Inputs();
            var text = parsed.GetRequiredValue(what);
            var erased = !File.Exists(text) && DecisionId.TryParse(text, null, out var id) && inputs.Erase(id) ? 1 : 0;
            if (erased == 0)
            {
                var bytes = await ReceiptCommand.ReadAsync(parsed, text, answer, cancellationToken);
                if (!ReceiptFile.TryReadUnverified(bytes, out var receipt, out var why))
                {
                    throw new CliException(ExitCode.BadInput, $"This is not a receipt: {why}", "Name a file that crank wrote, or a decision.");
                }

                erased = new[] { receipt.Promise?.Decision, receipt.Decision }.OfType<Decision>().Count(decision => inputs.Erase(decision.Id));
            }

            if (erased == 0)
            {
                throw new CliException(ExitCode.NotFoundOrConflict, "Nothing is kept of it.", "");
            }

            answer.Write(() => new JsonObject { ["erased"] = erased }, output => output.WriteLine($"erased: {erased}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static LogAudit Read(IReadOnlyList<string> paths, List<Trust.Keys.VerificationKey> keys, CancellationToken cancellationToken)
    {
        try
        {
            return LogAudit.Of(paths, keys, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new CliException(ExitCode.VerificationSaysNo, $"The log cannot be read: {e.Message}", "A file is damaged, or is no decision log.", FailureCodes.VerificationFailed);
        }
    }

    private static JsonObject Json(LogAudit audit) => new()
    {
        ["verified"] = audit.Findings.Count == 0,
        ["written"] = audit.Written,
        ["dropped"] = audit.Dropped,
        ["lost"] = audit.Lost,
        ["gaps"] = audit.Gaps,
        ["unclean"] = audit.Unclean,
        ["uncovered"] = audit.Uncovered,
        ["findings"] = new JsonArray([.. audit.Findings.Select(static f => (JsonNode)f)]),
    };

    private static void Write(TextWriter output, LogAudit audit)
    {
        foreach (var finding in audit.Findings)
        {
            output.WriteLine(Answer.Plain($"no: {finding}"));
        }

        output.WriteLine($"{(audit.Findings.Count == 0 ? "yes: " : "")}{audit.Written} decisions written, {audit.Dropped} left out by rule, {audit.Lost} lost in {audit.Gaps} gaps");
        if (audit.Unclean > 0)
        {
            output.WriteLine($"{audit.Unclean} runs did not end as they should; decisions at their ends may be missing");
        }

        if (audit.Uncovered > 0)
        {
            output.WriteLine($"{audit.Uncovered} decisions have no mark after them that vouches for them");
        }
    }
}
