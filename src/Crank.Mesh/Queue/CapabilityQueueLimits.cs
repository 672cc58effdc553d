namespace Crank.Mesh.Queue;

/// <summary>How much of the queue one capability takes.</summary>
/// <param name="MaxRunning">How many of its queued jobs run at once, ≥ 1.</param>
/// <param name="MaxQueued">How many of its jobs are in the queue or run from it, ≥ 1.</param>
public sealed record CapabilityQueueLimits(int MaxRunning = int.MaxValue, int MaxQueued = int.MaxValue);
