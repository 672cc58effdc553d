using Crank.Core;

namespace Crank.Node.Workers;

/// <summary>What a job used, as its parent measured it from outside the worker.</summary>
/// <param name="Worker">The worker; null when none took it.</param>
/// <param name="Isolation">What was proved in that worker.</param>
/// <param name="Wall">From the call to the answer.</param>
/// <param name="Cpu">CPU time. Of an exclusive job: what its worker used meanwhile. Of a concurrent one: the mean of the worker's jobs, never more than wall time.</param>
/// <param name="PeakMemory">Largest resident size of the worker, looked at every 10 ms and at the job's end: of an exclusive job since it began, of a concurrent one since its worker's first.</param>
public sealed record WorkerUsage(WorkerId? Worker, Isolation Isolation, Duration Wall, Duration Cpu, ByteCount PeakMemory);
