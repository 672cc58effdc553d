using Crank.Core;
using Microsoft.Data.Sqlite;

namespace Crank.Storage.Tests;

public sealed class GoldenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_database_written_by_version_1_opens_with_everything_in_it()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "v1.sql"));
        await using (var connection = new SqliteConnection($"Data Source={_folder["crank.db"]};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a file of this repository.
            command.CommandText = script;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        await using var model = new MemoryStore(new());
        Write(model);
        await using (var store = SqliteStore.Open(_folder["crank.db"]))
        {
            AssertSame(model, store);
            var next = Rows.Full(4);
            next.LogNodes.AddRange(Rows.Completed(4).Skip(1));
            store.Commit(next);
            model.Commit(next);
        }

        await using var again = SqliteStore.Open(_folder["crank.db"]);
        AssertSame(model, again);
    }

    /// <summary>What the golden database holds. A later version leaves this as it is and brings a script and a method of its own.</summary>
    private static void Write(MemoryStore store)
    {
        store.Commit(Rows.Full(1));
        store.Commit(Rows.Full(2));
        store.Commit(Rows.Full(3));
        store.Commit(Rows.Batch(batch =>
        {
            batch.LogNodes.Add(new(1, 0, Rows.NodeHash(1, 0)));
            batch.Holds.Add(Rows.Hold(1) with { Status = HoldStatus.Settled, Version = 2 });
            batch.Holds.Add(Rows.Hold(2) with { Status = HoldStatus.Voided, Version = 2 });
            batch.Jobs.Add(Rows.Job(1) with { State = JobState.Done, FinishedAt = Rows.At(7), Result = new(5, "hello"u8.ToArray(), null, Rows.At(8)), Version = 2, ChargedMicros = 1 });
            batch.Jobs.Add(Rows.Job(2) with { State = JobState.Failed, FinishedAt = Rows.At(7), Error = ErrorCode.Parse("encrypted"), Version = 2 });
            batch.Jobs.Add(Rows.Job(9) with { State = JobState.Done, FinishedAt = Rows.At(9), Result = new(1L << 33, null, Rows.Digest(9), Rows.At(10)) });
        }));
    }

    private static void AssertSame(MemoryStore expected, SqliteStore actual)
    {
        foreach (var n in new[] { 1, 2, 3, 4, 9 })
        {
            Rows.AssertSame(expected.FindJob(Rows.Job(n).Id), actual.FindJob(Rows.Job(n).Id));
            Rows.AssertSame(expected.FindReceipt(Rows.Job(n).Id), actual.FindReceipt(Rows.Job(n).Id));
            Assert.Equal(expected.FindKey(Rows.Key(n).Key), actual.FindKey(Rows.Key(n).Key));
            Assert.Equal(expected.FindSnapshot(Rows.Digest(n)), actual.FindSnapshot(Rows.Digest(n)));
        }

        Assert.Equal(expected.Accounts(), actual.Accounts());
        Assert.Equal(expected.Holds(null, 100), actual.Holds(null, 100));
        Assert.Equal(expected.Transfers(null, 100), actual.Transfers(null, 100));
        Assert.Equal(expected.Checkpoints(-1, 100), actual.Checkpoints(-1, 100));
        Assert.Equal(expected.LeafHashes(0, 100), actual.LeafHashes(0, 100));
        Assert.Equal(expected.ExpiredBlobRefs(DateTimeOffset.MaxValue, 100), actual.ExpiredBlobRefs(DateTimeOffset.MaxValue, 100));
        Rows.AssertSame(expected.Load().OpenJobs, actual.Load().OpenJobs);
        Rows.AssertSame(expected.Load().Frontier, actual.Load().Frontier);
        Rows.AssertSame(expected.Load().Meta.OrderBy(value => value.Key), actual.Load().Meta.OrderBy(value => value.Key));
    }
}
