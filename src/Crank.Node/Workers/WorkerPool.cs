using System.Globalization;
using Crank.Confinement;
using Crank.Core;

namespace Crank.Node.Workers;

/// <summary>
/// Keeps a few confined workers of one service warm and gives each job one: alone, or, where the capability is concurrent, together with others.
/// A concurrent job whose worker died is run again, once and alone: it may have been another's doing. Safe for many callers at once.
/// </summary>
public sealed class WorkerPool : IAsyncDisposable
{
    private readonly WorkerProgram _program;
    private readonly WorkerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly string _root;
    private readonly FileStream _inUse;
    private readonly Spawner _spawner = new();
    private readonly Watch _watch;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly List<WorkerProcess> _workers = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly HashSet<Task> _background = [];
    private volatile WorkerProcess? _newest;
    private int _starting;
    private int _stopping;
    private int _lastNumber;
    private bool _closed;

    /// <param name="program">What to start.</param>
    /// <param name="settings">How many, and how confined.</param>
    /// <param name="clock">For deadlines and durations.</param>
    /// <exception cref="IOException">The folder for private folders cannot be made.</exception>
    public WorkerPool(WorkerProgram program, WorkerSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        (_program, _settings, _clock) = (program, settings, clock);
        _inUse = WorkerFolders.CreateRoot(settings.TempRoot, out _root);
        _watch = new Watch(Busy);
    }

    /// <summary>The isolation that the newest worker proved; null before the first has started.</summary>
    public Isolation? Isolation => _newest?.Isolation;

    /// <summary>Layers that do not stand around the newest worker, each with the reason, for a warning to the operator.</summary>
    public IReadOnlyList<MissingLayer> Missing => _newest?.Missing ?? [];

    /// <summary>Process ids of the workers that live now.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_gate) return [.. _workers.Select(worker => worker.ProcessId)];
        }
    }

    /// <summary>Starts a worker, if none lives or starts, and returns at once.</summary>
    public void Prewarm()
    {
        lock (_gate)
        {
            if (_workers.Count + _starting == 0 && !_closed) Start();
        }
    }

    /// <summary>Starts a worker if none lives, and waits for one: what its service can do is in the introduction.</summary>
    /// <returns>The capability descriptors as UTF-8 JSON.</returns>
    /// <exception cref="WorkerStartException">None could be started.</exception>
    public async Task<ReadOnlyMemory<byte>> DescribeAsync(CancellationToken cancellationToken = default)
    {
        var worker = await LeaseAsync(shared: true, cancellationToken) ?? throw new WorkerStartException(WorkerErrors.Start, "Too many jobs wait for a worker; try again later.");
        var capabilities = worker.Connection.Hello.Capabilities;
        Release(worker, ended: false);
        return capabilities;
    }

    /// <summary>Runs one job on a worker.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Ends the job, and its worker too when it does not stop by itself; answered with <see cref="WorkerResult.Cancelled"/>.</param>
    /// <returns>How it ended; what a worker does is never an exception. What the job's own callbacks throw is thrown here.</returns>
    public async Task<WorkerResult> RunAsync(WorkerJob job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var attempt = new JobAttempt(job, _clock, _settings.Grace, cancellationToken);
        var result = await RunOnceAsync(attempt, job.Concurrent);
        return job.Concurrent && result is WorkerResult.Killed { Reason: KillReason.WorkerExit or KillReason.Protocol or KillReason.Watchdog }
            ? await RunOnceAsync(attempt, shared: false)
            : result;
    }

    /// <summary>Ends all workers and removes their folders. Jobs in flight end with their workers.</summary>
    public async ValueTask DisposeAsync()
    {
        WorkerProcess[] workers;
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            workers = [.. _workers];
            foreach (var worker in workers) worker.IsRetired = true;
            FailWaiting(new WorkerStartException(WorkerErrors.Start, "The pool of workers is closed."));
        }

        await _closing.CancelAsync();
        foreach (var worker in workers)
        {
            worker.Kill(KillReason.Closed);
            Remove(worker);
        }

        for (Task[] left; (left = Background()).Length > 0;) await Task.WhenAll(left);
        _watch.Dispose();
        _spawner.Dispose();
        _closing.Dispose();
        await _inUse.DisposeAsync();
        WorkerFolders.Delete(_root);
    }

    private async Task<WorkerResult> RunOnceAsync(JobAttempt attempt, bool shared)
    {
        WorkerProcess? worker;
        try
        {
            worker = await LeaseAsync(shared, attempt.Stop);
        }
        catch (OperationCanceledException)
        {
            return attempt.StoppedWaiting();
        }
        catch (WorkerStartException e)
        {
            return attempt.NotStarted(e.Code, e.Message);
        }

        if (worker is null) return new WorkerResult.Busy();
        try
        {
            return await attempt.RunAsync(worker, shared);
        }
        finally
        {
            Release(worker, ended: true);
        }
    }

    private async ValueTask<WorkerProcess?> LeaseAsync(bool shared, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> waiting;
        lock (_gate)
        {
            if (_closed) throw new WorkerStartException(WorkerErrors.Start, "The pool of workers is closed.");
            if (TryTake(shared) is { } worker) return worker;
            if (_waiting.Count >= _settings.MaxWaiting) return null;
            waiting = _waiting.AddLast(new Waiter(shared));
            StartWhatIsMissing();
        }

        try
        {
            return await waiting.Value.Worker.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Withdraw(waiting);
            throw;
        }
    }

    /// <summary>A job left the queue. A worker that was given to it meanwhile goes back.</summary>
    private void Withdraw(LinkedListNode<Waiter> waiting)
    {
        lock (_gate)
        {
            if (waiting.List is not null) _waiting.Remove(waiting);
        }

        if (waiting.Value.Worker.IsCompletedSuccessfully) Release(waiting.Value.Worker.Result, ended: false);
    }

    private WorkerProcess? TryTake(bool shared)
    {
        WorkerProcess? idle = null;
        var sharing = 0;
        foreach (var worker in _workers)
        {
            if (worker.IsRetired || worker.IsTidying) continue;
            if (worker.InUse == 0) idle ??= worker;
            else if (worker.IsShared)
            {
                if (shared && worker.InUse < _settings.MaxConcurrentJobs) return Take(worker, shared);
                sharing++;
            }
        }

        // Concurrent jobs leave one worker to the others, where there is more than one.
        return idle is not null && (!shared || sharing < Math.Max(1, _settings.MaxWorkers - 1)) ? Take(idle, shared) : null;
    }

    private WorkerProcess Take(WorkerProcess worker, bool shared)
    {
        worker.IsShared = shared;
        worker.InUse++;
        _watch.Begin();
        return worker;
    }

    private void Release(WorkerProcess worker, bool ended)
    {
        lock (_gate)
        {
            if (ended) worker.JobsEnded++;
            if (ended && !worker.IsShared) worker.ExclusiveJobs++;
            if (IsSpent(worker)) worker.IsRetired = true;
            if (worker.InUse > 1)
            {
                worker.InUse--;
                Serve();
                return;
            }

            worker.IsTidying = true;
        }

        var isFresh = Tidy(worker);
        lock (_gate)
        {
            worker.IsTidying = false;
            worker.InUse--;
            if (!isFresh || worker.IsRetired) Remove(worker);
            Serve();
        }
    }

    /// <summary>Between two jobs: nothing may stay behind, and no hung job may go on.</summary>
    private static bool Tidy(WorkerProcess worker)
    {
        if (worker.IsRetired || worker.Connection.InFlight > 0) return false;
        try
        {
            worker.EmptyTemp();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsSpent(WorkerProcess worker) =>
        worker.KilledFor is not null
        || worker.Connection.Ended.IsCompleted
        || worker.ExclusiveJobs >= _settings.MaxExclusiveJobs
        || worker.Cpu.TotalSeconds * 2 > _settings.CpuSeconds
        || (worker.InUse == 1 && worker.PeakBytes > _settings.RecycleAboveBytes && worker.ReadResidentBytes() > _settings.RecycleAboveBytes);

    /// <summary>Gives workers to those who wait, in order, and starts more where that helps. Under the lock.</summary>
    private void Serve()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (TryTake(node.Value.IsShared) is { } worker)
            {
                _waiting.Remove(node);
                node.Value.Give(worker);
            }

            node = next;
        }

        StartWhatIsMissing();
    }

    private void StartWhatIsMissing()
    {
        if (_closed || _waiting.Count == 0) return;
        var wanted = _waiting.Count(waiter => !waiter.IsShared) + (_waiting.Any(waiter => waiter.IsShared) ? 1 : 0);
        while (_starting < wanted && _workers.Count + _starting + _stopping < _settings.MaxWorkers) Start();
    }

    private void Start()
    {
        _starting++;
        var id = WorkerId.Parse(string.Create(CultureInfo.InvariantCulture, $"{_program.Service}-{++_lastNumber}"));
        InBackground(() => StartAsync(id));
    }

    private async Task StartAsync(WorkerId id)
    {
        WorkerProcess worker;
        try
        {
            worker = await WorkerProcess.StartAsync(id, _program, _settings, _root, _spawner, _closing.Token);
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                // While others live or start, they serve those who wait: trying again at once would only fail again.
                _starting--;
                if (_workers.Count + _starting == 0)
                    FailWaiting(e as WorkerStartException ?? new WorkerStartException(WorkerErrors.Start, $"No worker could be started: {e.Message}", e));
            }

            return;
        }

        lock (_gate)
        {
            _starting--;
            _workers.Add(worker);
            _newest = worker;
            if (_closed) Remove(worker);
            else Serve();
        }

        _ = worker.Connection.Ended.ContinueWith(_ => OnEnded(worker), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>A worker that ends between jobs is replaced when it is missed.</summary>
    private void OnEnded(WorkerProcess worker)
    {
        lock (_gate)
        {
            worker.IsRetired = true;
            if (worker.InUse == 0) Remove(worker);
            Serve();
        }
    }

    private void Remove(WorkerProcess worker)
    {
        lock (_gate)
        {
            if (!_workers.Remove(worker)) return;
            worker.IsRetired = true;
            _stopping++;
        }

        InBackground(async () =>
        {
            try
            {
                await worker.DisposeAsync();
            }
            finally
            {
                lock (_gate)
                {
                    _stopping--;
                    Serve();
                }
            }
        });
    }

    private void FailWaiting(Exception reason)
    {
        foreach (var waiter in _waiting) waiter.Fail(reason);
        _waiting.Clear();
    }

    private void InBackground(Func<Task> work)
    {
        lock (_gate)
        {
            var task = Task.Run(work);
            _background.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Forget(Task task)
    {
        lock (_gate) _background.Remove(task);
    }

    private Task[] Background()
    {
        lock (_gate) return [.. _background];
    }

    private IReadOnlyList<WorkerProcess> Busy()
    {
        lock (_gate) return [.. _workers.Where(worker => worker.InUse > 0)];
    }
}
