using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
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
            var accounts = await AccountsAsync(parsed, answer, cancellationToken);
            answer.Write(
                () => new JsonArray([.. accounts.Select(a => (JsonNode)new JsonObject { ["account"] = a[0], ["balance"] = a[1], ["held"] = a[2], ["limit"] = a[3] })]),
                output => Table.Write(output, ["ACCOUNT", "BALANCE", "HELD", "LIMIT"], accounts));
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
            var csv = parsed.GetValue(format) == "csv" && !answer.Json;
            using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
            if (mesh is not null)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/ledger/transfers?format={(csv ? "csv" : "jsonl")}");
                using var transfers = await mesh.SendAsync(request, cancellationToken);
                var output = Console.OpenStandardOutput();
                await using (output.ConfigureAwait(false))
                {
                    await transfers.Content.CopyToAsync(output, cancellationToken);
                }

                return ExitCode.Done;
            }

            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            LedgerExporter.Write(folder.Store, answer.Output, csv);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Verify()
    {
        var command = new Command("verify", "Scans everything: balances, transfers, holds, receipts, log and checkpoints.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var report = await VerifyAsync(parsed, answer, cancellationToken);
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

    private static async Task<IReadOnlyList<IReadOnlyList<string>>> AccountsAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
        if (mesh is not null)
        {
            return await mesh.ListAsync("/v1/ledger/accounts", cancellationToken)
                .Select(a => (IReadOnlyList<string>)[.. new[] { "account", "balance", "held", "limit" }.Select(n => a.GetProperty(n).GetString()!)]).ToListAsync(cancellationToken);
        }

        await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
        return [.. folder.Store.Accounts().Select(a => (IReadOnlyList<string>)[
            a.Id.ToString(), new Money(a.BalanceMicros, a.Currency).ToString(), new Money(a.HeldMicros, a.Currency).ToString(), new Money(a.LimitMicros, a.Currency).ToString()])];
    }

    private static async Task<LedgerReport> VerifyAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
        if (mesh is not null)
        {
            var said = await mesh.GetAsync("/v1/ledger/verification", cancellationToken);
            long Count(string name) => said.GetProperty(name).GetInt64();
            return new(
                Count("accounts"), Count("transfers"), Count("holds"), Count("receipts"), Count("leaves"), [.. said.GetProperty("findings").EnumerateArray().Select(f => f.GetString()!)]);
        }

        await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
        return LedgerVerifier.Verify(folder.Store, folder.Keys.Keys, folder.Keys.Current.Public.Name, TimeProvider.System.GetUtcNow());
    }
}
