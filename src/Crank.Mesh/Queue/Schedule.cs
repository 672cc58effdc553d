namespace Crank.Mesh.Queue;

/// <summary>When a queued job runs.</summary>
/// <param name="Priority">Among the tenant's own jobs.</param>
/// <param name="NotBefore">It is not started before; null for as soon as it can be.</param>
public sealed record Schedule(JobPriority Priority = JobPriority.Normal, DateTimeOffset? NotBefore = null)
{
    /// <summary>As soon as it can be, with normal priority.</summary>
    public static Schedule Soon { get; } = new();
}
