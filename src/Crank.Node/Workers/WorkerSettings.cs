using Crank.Confinement;
using Crank.Core;

namespace Crank.Node.Workers;

/// <summary>How a pool keeps its workers, and what each may use.</summary>
public sealed record WorkerSettings
{
    /// <summary>Workers alive at a time, those starting and those stopping included. Default 2.</summary>
    public int MaxWorkers { get; init; } = 2;

    /// <summary>Jobs at a time on one worker, of capabilities that say they are concurrent. Default 128.</summary>
    public int MaxConcurrentJobs { get; init; } = 128;

    /// <summary>Jobs that may wait for a worker; further ones are answered busy. Default 1,024.</summary>
    public int MaxWaiting { get; init; } = 1024;

    /// <summary>Exclusive jobs after which a worker is replaced. Default 1,000.</summary>
    public int MaxExclusiveJobs { get; init; } = 1_000;

    /// <summary>Resident memory after a job above which a worker is replaced, in bytes. Default 256 MiB.</summary>
    public long RecycleAboveBytes { get; init; } = 256L << 20;

    /// <summary>Memory of one worker, in bytes. Default 512 MiB.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>CPU time of one worker's life, in seconds; it is replaced when half of it is used. Default 120.</summary>
    public long CpuSeconds { get; init; } = 120;

    /// <summary>Largest file a worker may write, in bytes. Default 64 MiB.</summary>
    public long FileBytes { get; init; } = 64L << 20;

    /// <summary>Time a worker has to start and prove itself. Default 10 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time a worker has to stop a job that is cancelled or late, before it is killed. Default 250 ms.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The weakest isolation in which a worker of this pool may run; a lower value accepts, by the operator's word, a system that offers less. Default strong.</summary>
    public IsolationLevel MinIsolation { get; init; } = IsolationLevel.Strong;

    /// <summary>The layers to raise. Default all.</summary>
    public ConfinementLayers Layers { get; init; } = ConfinementLayers.All;

    /// <summary>Where the private folders of the workers are made. Default the system's folder for temporary files.</summary>
    public string TempRoot { get; init; } = Path.GetTempPath();
}
