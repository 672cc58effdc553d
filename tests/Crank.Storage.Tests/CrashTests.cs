using System.Diagnostics;
using System.Globalization;

namespace Crank.Storage.Tests;

public sealed class CrashTests : IDisposable
{
    /// <summary>As first argument it makes this program the one that is killed; the second is the database.</summary>
    internal const string Child = "crash-child";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_process_loses_nothing_that_it_acknowledged()
    {
        var random = new Random(20_26);
        var database = _folder["crank.db"];
        for (var round = 0; round < 5; round++)
        {
            var acknowledged = await CommitUntilKilledAsync(database, acknowledgements: random.Next(1, 200));
            await using var store = SqliteStore.Open(database);
            var state = store.Load();
            Assert.InRange(state.LogSize, acknowledged, acknowledged + 1);
            Assert.Equal(state.LogSize, state.Checkpoint?.Size);
            Assert.Equal(state.LogSize, store.Accounts().Single().Version);
            Assert.Equal(state.LogSize, store.Transfers(null, int.MaxValue).Count);
            Assert.Equal(state.LogSize, store.Receipts(0, int.MaxValue).Count);
            Assert.Equal(state.LogSize, store.ListJobs(Rows.Tenant, null, int.MaxValue).Count);
            Assert.Equal(state.LogSize, store.Flows().Max(flow => flow.DebitMicros));
        }
    }

    /// <summary>Commits one batch after the other and says the number of each on standard output, until someone kills it.</summary>
    internal static async Task<int> RunChildAsync(string database)
    {
        await using var store = SqliteStore.Open(database);
        for (var n = (int)store.Load().LogSize + 1; n < 100_000; n++)
        {
            store.Commit(Rows.Batch(batch =>
            {
                batch.Accounts.Add(Rows.Account(0) with { Version = n });
                batch.Jobs.Add(Rows.Job(n));
                batch.Transfers.Add(Rows.Transfer(n) with { Debit = Rows.Account(0).Id, Credit = Rows.Account(1).Id, AmountMicros = 1 });
                batch.Receipts.Add(new(Rows.Job(n).Id, n - 1, new byte[5_000]));
                batch.LogNodes.AddRange(Rows.Completed(n));
                batch.Checkpoints.Add(new(n, "note"));
            }));
            await Console.Out.WriteLineAsync(n.ToString(CultureInfo.InvariantCulture));
            await Console.Out.FlushAsync();
        }

        return 1;
    }

    private static async Task<int> CommitUntilKilledAsync(string database, int acknowledgements)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { Child, database }, RedirectStandardOutput = true, UseShellExecute = false })!;
        var acknowledged = 0;
        for (var heard = 0; heard < acknowledgements; heard++)
        {
            acknowledged = int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        }

        process.Kill();
        await foreach (var line in Rest(process.StandardOutput))
        {
            acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
        }

        await process.WaitForExitAsync();
        return acknowledged;
    }

    private static async IAsyncEnumerable<string> Rest(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            yield return line;
        }
    }
}
