using Crank.Core;
using Crank.Ledger;
using Crank.Storage;
using Crank.Trust.Log;

namespace Crank.Mesh.Journal;

/// <summary>What the writer knows between two batches. The maps are the writer's own and change only after a commit.</summary>
internal sealed class JournalState(LedgerState ledger, LogState log, Dictionary<JobId, JobRow> openJobs, HashSet<Digest> snapshots)
{
    public LedgerState Ledger { get; } = ledger;

    public LogState Log { get; } = log;

    public IReadOnlyDictionary<JobId, JobRow> OpenJobs => openJobs;

    public IReadOnlySet<Digest> Snapshots => snapshots;

    /// <summary>The state after a batch; to be called when it is durable, and then in the place of this one.</summary>
    public JournalState After(LedgerState ledger, LogState log, Dictionary<JobId, JobRow?> jobs, HashSet<Digest> newSnapshots) =>
        new(ledger, log, openJobs, snapshots) { _pendingJobs = jobs, _pendingSnapshots = newSnapshots };

    private Dictionary<JobId, JobRow?>? _pendingJobs;
    private HashSet<Digest>? _pendingSnapshots;

    /// <summary>Makes the maps follow the commit.</summary>
    public JournalState Committed()
    {
        foreach (var (id, row) in _pendingJobs ?? [])
        {
            if (row is null)
            {
                openJobs.Remove(id);
            }
            else
            {
                openJobs[id] = row;
            }
        }

        snapshots.UnionWith(_pendingSnapshots ?? []);
        (_pendingJobs, _pendingSnapshots) = (null, null);
        return this;
    }
}
