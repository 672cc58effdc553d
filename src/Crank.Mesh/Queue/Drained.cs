namespace Crank.Mesh.Queue;

/// <summary>What a drain did.</summary>
/// <param name="Finished">Jobs that ran when it began and ended by themselves.</param>
/// <param name="Stopped">Jobs that ran longer than was waited: queued ones went back into the queue where they may run again, the others were closed; none was charged.</param>
/// <param name="Waiting">Jobs that wait on disk for the next start.</param>
public sealed record Drained(int Finished, int Stopped, int Waiting);
