namespace Crank.Node.Workers;

/// <summary>CPU time of one job, from outside of its worker: never negative, never more than the machine could give in the time.</summary>
internal sealed class JobMeter
{
    private readonly WorkerProcess _worker;
    private readonly bool _shared;
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly TimeSpan _cpuBefore;

    public JobMeter(WorkerProcess worker, bool shared, TimeProvider clock)
    {
        (_worker, _shared, _clock) = (worker, shared, clock);
        _began = clock.GetTimestamp();
        _cpuBefore = worker.Cpu;   // an exclusive job has sampled just before
    }

    public TimeSpan Cpu()
    {
        if (!_shared) _worker.Sample();
        var most = _clock.GetElapsedTime(_began);
        return _shared
            ? Bounded(_worker.MeanJobCpu, most)
            : Bounded(_worker.Cpu - _cpuBefore, most * Environment.ProcessorCount);
    }

    /// <summary>A time between zero and the most that is possible.</summary>
    internal static TimeSpan Bounded(TimeSpan time, TimeSpan most) => time < TimeSpan.Zero || most < TimeSpan.Zero ? TimeSpan.Zero : time > most ? most : time;
}
