using Crank.Core;
using Microsoft.Data.Sqlite;

namespace Crank.Storage.Tests;

public sealed class GoldenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_database_written_by_an_earlier_version_opens_with_everything_in_it(int version)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", $"v{version}.sql"));
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
            AssertSame(model, store, version);
            var next = Rows.Full(4);
            next.LogNodes.AddRange(Rows.Completed(4).Skip(1));
            store.Commit(next);
            model.Commit(next);
        }

        await using var again = SqliteStore.Open(_folder["crank.db"]);
        AssertSame(model, again, version);
    }

    /// <summary>What the golden databases hold, as far as their version has a place for it.</summary>
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
            batch.Queue.Add(Rows.Queued(2) with { IsDead = true, ExpiresAt = Rows.At(9), Version = 2 });
            batch.RemovedQueue.Add(Rows.Job(3).Id);
            batch.RemovedRecords.Add(new("key", Rows.Tenant, "record 3", 1));
            batch.Jobs.Add(Rows.Job(10) with { State = JobState.Queued });
            batch.Jobs.Add(Rows.Job(11) with { State = JobState.Done, ChargedMicros = 5, Joules = 0.5, GramsCo2e = 0.25 });
            batch.Jobs.Add(Rows.Job(9) with { State = JobState.Done, FinishedAt = Rows.At(9), Result = new(1L << 33, null, Rows.Digest(9), Rows.At(10)) });
        }));
    }

    private static void AssertSame(MemoryStore expected, SqliteStore actual, int version)
    {
        foreach (var n in version < 4 ? new[] { 1, 2, 3, 4, 9 } : [1, 2, 3, 4, 9, 10, 11])
        {
            if (version >= 4)
            {
                Rows.AssertSame(expected.FindQueued(Rows.Job(n).Id), actual.FindQueued(Rows.Job(n).Id));
                Rows.AssertSame(expected.FindInput(Rows.Job(n).Id), actual.FindInput(Rows.Job(n).Id));
                Rows.AssertSame(expected.FindRecord("key", Rows.Tenant, $"record {n}"), actual.FindRecord("key", Rows.Tenant, $"record {n}"));
            }

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
        Rows.AssertSame([.. expected.Load().OpenJobs.Where(job => version >= 4 || job.State != JobState.Queued)], actual.Load().OpenJobs);
        Rows.AssertSame(expected.Load().Frontier, actual.Load().Frontier);
        Rows.AssertSame(expected.Load().Meta.OrderBy(value => value.Key), actual.Load().Meta.OrderBy(value => value.Key));
    }
}
