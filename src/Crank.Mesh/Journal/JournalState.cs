using Crank.Core;
using Crank.Ledger;
using Crank.Storage;
using Crank.Trust.Log;

namespace Crank.Mesh.Journal;

/// <summary>What the writer knows between two batches. The maps are the writer's own and change only after a commit.</summary>
internal sealed class JournalState(LedgerState ledger, LogState log, Dictionary<JobId, JobRow> openJobs, HashSet<Digest> snapshots, Dictionary<JobId, QueueRow> queue)
{
    public LedgerState Ledger { get; } = ledger;

    public LogState Log { get; } = log;

    public IReadOnlyDictionary<JobId, JobRow> OpenJobs => openJobs;

    public IReadOnlySet<Digest> Snapshots => snapshots;

    /// <summary>The places of the jobs that came from the queue and have not ended.</summary>
    public IReadOnlyDictionary<JobId, QueueRow> Queue => queue;

    /// <summary>The state after a batch; to be called when it is durable, and then in the place of this one.</summary>
    public JournalState After(LedgerState ledger, LogState log, Dictionary<JobId, JobRow?> jobs, HashSet<Digest> newSnapshots, Dictionary<JobId, QueueRow?> places) =>
        new(ledger, log, openJobs, snapshots, queue) { _pendingJobs = jobs, _pendingSnapshots = newSnapshots, _pendingQueue = places };

    private Dictionary<JobId, JobRow?>? _pendingJobs;
    private HashSet<Digest>? _pendingSnapshots;
    private Dictionary<JobId, QueueRow?>? _pendingQueue;

    /// <summary>Makes the maps follow the commit.</summary>
    public JournalState Committed()
    {
        Follow(openJobs, _pendingJobs);
        Follow(queue, _pendingQueue);
        snapshots.UnionWith(_pendingSnapshots ?? []);
        (_pendingJobs, _pendingSnapshots, _pendingQueue) = (null, null, null);
        return this;
    }

    private static void Follow<TRow>(Dictionary<JobId, TRow> rows, Dictionary<JobId, TRow?>? changes)
        where TRow : class
    {
        foreach (var (id, row) in changes ?? [])
        {
            if (row is null)
            {
                rows.Remove(id);
            }
            else
            {
                rows[id] = row;
            }
        }
    }
}
