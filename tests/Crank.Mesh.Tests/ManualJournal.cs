using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Receipts;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Crank.Trust.Log;

namespace Crank.Mesh.Tests;

/// <summary>A journal beside a mesh, on a store of its own over the same disk, that commits when a test says so.</summary>
internal sealed class ManualJournal
{
    private readonly TestMesh _mesh;
    private readonly JournalWriter _writer;

    public ManualJournal(TestMesh mesh)
    {
        _mesh = mesh;
        Store = new(mesh.Disk, batch =>
        {
            Commits.Add(batch.Count);
            return Fault?.Invoke(batch) ?? CommitFault.None;
        });
        var stored = Store.Load();
        var log = LogState.FromPeaks(stored.LogSize, [.. stored.Frontier.Select(n => new LogHash(n.Hash))]);
        var notary = new Notary(TestMesh.Origin, mesh.Parts(Store).Key);
        _writer = new(Store, new JournalState(LedgerRows.State(stored), log, stored.OpenJobs.ToDictionary(j => j.Id), [], stored.Queue.ToDictionary(q => q.Job)), mesh.Ids, notary.Checkpoint, ownThread: false);
    }

    public MemoryStore Store { get; }

    /// <summary>How many rows each commit had.</summary>
    public List<int> Commits { get; } = [];

    public Func<Batch, CommitFault>? Fault { get; set; }

    public Task<T> Post<T>(JournalCommand<T> command) => _writer.PostAsync(command);

    public Task<FundAnswer> Fund(string? key, string request, TenantId? tenant = null, long micros = 1_000, JobId? job = null) => Post(Command(key, request, tenant, micros, job));

    public FundCommand Command(string? key, string request, TenantId? tenant = null, long micros = 1_000, JobId? job = null)
    {
        var now = _mesh.Clock.GetUtcNow();
        var row = new JobRow(
            job ?? new(_mesh.Ids.Next()), null, tenant ?? TenantId.Owner, PrincipalId.Owner, TestMesh.Echo.Id, JobState.Funded, key, Digest.Of(System.Text.Encoding.UTF8.GetBytes(request)), "{}"u8.ToArray(), null, null,
            now, null, null, null, 1);
        return new(row, Payer.Owner, new(micros, Currency.Eur), now + TimeSpan.FromMinutes(5), now + TimeSpan.FromHours(24), new(Digest.Of("x"u8), [1]), now);
    }

    public bool Drain() => _writer.Drain();
}
