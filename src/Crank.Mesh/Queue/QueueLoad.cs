namespace Crank.Mesh.Queue;

/// <summary>How full the queue is.</summary>
/// <param name="Waiting">Jobs that wait for their turn or their time.</param>
/// <param name="Running">Jobs of the queue that run.</param>
/// <param name="Room">How many jobs it takes at most.</param>
/// <param name="IsStopped">True when nothing more is started here.</param>
public sealed record QueueLoad(int Waiting, int Running, int Room, bool IsStopped);
