namespace Crank.Mesh.Queue;

/// <summary>The place of a job in the queue.</summary>
/// <param name="Priority">Among the tenant's own jobs.</param>
/// <param name="ReadyAt">It is not started before.</param>
/// <param name="DueAt">By then it has ended.</param>
/// <param name="Attempts">How often it was started.</param>
/// <param name="DeadUntil">Until when it is kept as a dead letter; null when it is none.</param>
public sealed record QueueFacts(JobPriority Priority, DateTimeOffset ReadyAt, DateTimeOffset DueAt, int Attempts, DateTimeOffset? DeadUntil)
{
    internal static QueueFacts Of(Storage.QueueRow row) => new((JobPriority)row.Priority, row.ReadyAt, row.DueAt, row.Attempts, row.IsDead ? row.ExpiresAt : null);
}
