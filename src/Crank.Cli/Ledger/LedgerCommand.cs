using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Audit;

namespace Crank.Cli.Ledger;

/// <summary><c>crank ledger balance|export|verify</c>.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "Money: balances, every transfer, and whether everything adds up.") { Balance(), Export(), Verify() };

    private static Command Balance()
    {
        var command = new Command("balance", "Shows every account.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            var accounts = folder.Store.Accounts();
            answer.Write(
                () => new JsonArray([.. accounts.Select(a => (JsonNode)new JsonObject
                {
                    ["account"] = a.Id.ToString(),
                    ["balance"] = new Money(a.BalanceMicros, a.Currency).ToString(),
                    ["held"] = new Money(a.HeldMicros, a.Currency).ToString(),
                    ["limit"] = new Money(a.LimitMicros, a.Currency).ToString(),
                })]),
                output => Table.Write(
                    output,
                    ["ACCOUNT", "BALANCE", "HELD", "LIMIT"],
                    [.. accounts.Select(a => (IReadOnlyList<string>)[
                        a.Id.ToString(), new Money(a.BalanceMicros, a.Currency).ToString(), new Money(a.HeldMicros, a.Currency).ToString(), new Money(a.LimitMicros, a.Currency).ToString()])]));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Export()
    {
        var format = new Option<string>("--format") { Description = "csv (RFC 4180) or jsonl.", HelpName = "FORMAT", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "jsonl");
        var command = new Command("export", "Writes every transfer, oldest first.") { format };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            LedgerExporter.Write(folder.Store, answer.Output, asCsv: parsed.GetValue(format) == "csv" && !answer.Json);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Verify()
    {
        var command = new Command("verify", "Scans everything: balances, transfers, holds, receipts, log and checkpoints.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            var report = LedgerVerifier.Verify(folder.Store, folder.Keys.Keys, folder.Keys.Current.Public.Name, TimeProvider.System.GetUtcNow());
            answer.Write(
                () => new JsonObject
                {
                    ["addsUp"] = report.AddsUp,
                    ["accounts"] = report.Accounts,
                    ["transfers"] = report.Transfers,
                    ["holds"] = report.Holds,
                    ["receipts"] = report.Receipts,
                    ["leaves"] = report.Leaves,
                    ["findings"] = new JsonArray([.. report.Findings.Select(f => (JsonNode)f)]),
                },
                output =>
                {
                    foreach (var finding in report.Findings)
                    {
                        output.WriteLine($"wrong: {Answer.Plain(finding)}");
                    }

                    output.WriteLine(
                        $"{(report.AddsUp ? "Everything adds up" : "It does not add up")}: {report.Accounts} accounts, {report.Transfers} transfers, {report.Holds} holds, {report.Receipts} receipts, {report.Leaves} leaves of the log.");
                });
            return report.AddsUp ? ExitCode.Done : ExitCode.VerificationSaysNo;
        }));
        return command;
    }
}
