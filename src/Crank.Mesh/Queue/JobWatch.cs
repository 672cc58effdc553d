using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Crank.Core;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>Tells whoever watches what happens to a job: every change of its row once it is durable, and the progress of its worker.</summary>
/// <remarks>A watcher that does not keep up misses events in between, never the last one. Nothing is kept for jobs that nobody watches.</remarks>
internal sealed class JobWatch(IStore store, TimeProvider clock)
{
    /// <summary>How many events wait for one watcher at most.</summary>
    private const int MaxWaiting = 64;

    /// <summary>Room for the progress between two changes of a row: the sequence is the row's version times this, plus a count.</summary>
    private const long PerVersion = 1_000_000;

    private readonly ConcurrentDictionary<JobId, Channel<JobEvent>[]> _watchers = new();

    /// <summary>The events of a job after one that was seen, beginning with where it stands now.</summary>
    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mine = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _watchers.AddOrUpdate(job, [mine], (_, others) => [.. others, mine]);
        try
        {
            // Read after listening began: whatever is not in the row yet will be told.
            var row = store.FindJob(job);
            if (row is null)
            {
                yield break;
            }

            var now = Of(row);
            if (now.Sequence > after)
            {
                after = now.Sequence;
                yield return now;
            }

            if (now.IsLast)
            {
                yield break;
            }

            // Not ReadAllAsync, which leaves the context of whoever watches: a simulation has but one thread.
            while (await mine.Reader.WaitToReadAsync(cancellationToken))
            {
                while (mine.Reader.TryRead(out var next))
                {
                    if (next.Sequence > after)
                    {
                        after = next.Sequence;
                        yield return next;
                    }

                    if (next.IsLast)
                    {
                        yield break;
                    }
                }
            }
        }
        finally
        {
            Forget(job, mine);
        }
    }

    /// <summary>Waits until a job has ended.</summary>
    public async Task EndAsync(JobId job, CancellationToken cancellationToken)
    {
        await foreach (var seen in WatchAsync(job, -1, cancellationToken))
        {
            if (seen.IsLast)
            {
                return;
            }
        }
    }

    /// <summary>Told by the one writer of every commit.</summary>
    public void Committed(Batch rows)
    {
        if (_watchers.IsEmpty)
        {
            return;
        }

        foreach (var row in rows.Jobs)
        {
            Tell(row.Id, Of(row));
        }
    }

    /// <summary>Takes the progress of a running job, and passes it on.</summary>
    public IProgress<JobProgress> Progress(JobRow row, IProgress<JobProgress>? also = null) => new Relay(this, row, also);

    private DateTimeOffset Now => clock.GetUtcNow();

    private JobEvent Of(JobRow row) => new(row.Version * PerVersion, row.State, row.FinishedAt ?? Now, null, row.Error);

    private void Tell(JobId job, JobEvent told)
    {
        if (_watchers.TryGetValue(job, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                watcher.Writer.TryWrite(told);
            }
        }
    }

    private void Forget(JobId job, Channel<JobEvent> mine)
    {
        while (_watchers.TryGetValue(job, out var watchers))
        {
            Channel<JobEvent>[] left = [.. watchers.Where(w => w != mine)];
            if (left.Length == 0 ? _watchers.TryRemove(new(job, watchers)) : _watchers.TryUpdate(job, left, watchers))
            {
                return;
            }
        }
    }

    private sealed class Relay(JobWatch watch, JobRow row, IProgress<JobProgress>? also) : IProgress<JobProgress>
    {
        private long _count;

        public void Report(JobProgress value)
        {
            also?.Report(value);
            var count = Math.Min(Interlocked.Increment(ref _count), PerVersion - 1);
            watch.Tell(row.Id, new((row.Version * PerVersion) + count, row.State, watch.Now, value, null));
        }
    }
}
