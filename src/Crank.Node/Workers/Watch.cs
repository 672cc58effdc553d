namespace Crank.Node.Workers;

/// <summary>Looks at busy workers every 10 ms from a thread of its own, so that a starving thread pool does not blind it.</summary>
#pragma warning disable CA1001, CA2213 // the event outlives the call to Dispose: the thread may still wait on it
internal sealed class Watch : IDisposable
#pragma warning restore CA1001, CA2213
{
    private const int EveryMs = 10;
    private const int IdleLooksBeforeSleep = 100;
    private readonly Func<IReadOnlyList<WorkerProcess>> _busy;
    private readonly AutoResetEvent _work = new(initialState: false);
    private volatile bool _asleep;
    private volatile bool _stopping;

    /// <param name="busy">The workers that have jobs now.</param>
    public Watch(Func<IReadOnlyList<WorkerProcess>> busy)
    {
        _busy = busy;
        var thread = new Thread(Run) { IsBackground = true, Name = "Crank watch" };
        thread.Start();
    }

    /// <summary>Begins to look, if it does not already.</summary>
    public void Begin()
    {
        if (_asleep) _work.Set();
    }

    public void Dispose()
    {
        _stopping = true;
        _work.Set();
    }

    private void Run()
    {
        var idle = 0;
        while (!_stopping)
        {
            // Says that it sleeps before it looks for the last time: whoever begins after that look wakes it.
            _asleep = idle >= IdleLooksBeforeSleep;
            var workers = _busy();
            foreach (var worker in workers) worker.Sample();
            idle = workers.Count > 0 ? 0 : idle + 1;
            _work.WaitOne(_asleep && workers.Count == 0 ? Timeout.Infinite : EveryMs);
        }
    }
}
