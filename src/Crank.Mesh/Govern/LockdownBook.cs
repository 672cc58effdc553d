using Crank.Core;
using Crank.Mesh.Queue;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>The lockdown of a mesh: in force in this process at once, and durable when the call returns. Safe for many threads.</summary>
public sealed class LockdownBook : IDisposable
{
    private readonly RecordBook _records;
    private readonly TimeProvider _clock;
    private readonly JobQueue _queue;
    private readonly Func<IReadOnlyCollection<InFlight>> _inFlight;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile Lockdown? _current;

    internal LockdownBook(RecordBook records, TimeProvider clock, JobQueue queue, Func<IReadOnlyCollection<InFlight>> inFlight)
    {
        (_records, _clock, _queue, _inFlight) = (records, clock, queue, inFlight);
        _current = records.Find(Lockdown.Kind, TenantId.Owner, Lockdown.Id) is { } row ? Lockdown.Of(row) : null;
        if (_current is not null)
        {
            queue.Hold();
        }
    }

    /// <summary>The lockdown in force; null for none.</summary>
    public Lockdown? Current => _current;

    /// <summary>Locks the mesh down: from here on no job is taken, none is started, and what waits in the queue goes on waiting.</summary>
    /// <param name="reason">Why; 1 to <see cref="Lockdown.MaxReason"/> characters, none of them a control character.</param>
    /// <param name="by">Who orders it.</param>
    /// <param name="stopRunning">
    /// True to stop what runs now: it costs nothing, and jobs of the queue that may run again go back there. False to let it end.
    /// </param>
    /// <remarks>May be said again, to stop what runs after all or to give another reason; it stands since the first time.</remarks>
    /// <exception cref="ArgumentException">The reason is empty, too long, or has control characters.</exception>
    /// <exception cref="StoreException">It is in force here, and could not be written: it would not outlive this process. Say it again.</exception>
    public async Task<LockdownAnswer> LockAsync(string reason, PrincipalId by, bool stopRunning)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > Lockdown.MaxReason || reason.Any(char.IsControl))
        {
            throw new ArgumentException($"A reason has 1 to {Lockdown.MaxReason} characters, and none of them is a control character.", nameof(reason));
        }

        await _writing.WaitAsync();
        try
        {
            var lockdown = new Lockdown(reason, by, _current?.Since ?? _clock.GetUtcNow(), stopRunning);
            _current = lockdown;
            var queued = _queue.Hold();
            var inFlight = _inFlight();
            if (stopRunning)
            {
                foreach (var job in queued)
                {
                    job.Stop(handBack: true, lockdown.Stop);
                }

                foreach (var job in inFlight)
                {
                    job.Stop(lockdown.Stop);
                }
            }

            await _records.PutAsync(lockdown.ToRow((Stored()?.Version ?? 0) + 1));
            var running = queued.Count + inFlight.Count;
            return new(lockdown, running, stopRunning ? running : 0, _queue.Load.Waiting);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Lifts the lockdown: jobs are taken again, and those that wait start.</summary>
    /// <returns>The lockdown that was in force; null when there was none.</returns>
    /// <exception cref="StoreException">It could not be written; the lockdown stays in force.</exception>
    public async Task<Lockdown?> UnlockAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (Stored() is { } row)
            {
                await _records.RemoveAsync(Lockdown.Kind, TenantId.Owner, Lockdown.Id, row.Version);
            }

            var lifted = _current;
            _current = null;
            _queue.GoOn();
            return lifted;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private RecordRow? Stored() => _records.Find(Lockdown.Kind, TenantId.Owner, Lockdown.Id);
}
