using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Queue;

/// <summary>What an operator decides about the queue of accepted jobs.</summary>
public sealed record QueueSettings
{
    /// <summary>False: jobs are accepted and stay where they are, for a process that only looks or lives for one job. Default true.</summary>
    public bool Runs { get; init; } = true;

    /// <summary>How many queued jobs run at once, ≥ 1. Default 16.</summary>
    public int MaxRunning { get; init; } = 16;

    /// <summary>How many jobs are in the queue or run from it, ≥ 1. Default 10,000.</summary>
    public int MaxQueued { get; init; } = 10_000;

    /// <summary>How many of them may be one tenant's, ≥ 1. Default 5,000.</summary>
    public int MaxQueuedPerTenant { get; init; } = 5_000;

    /// <summary>Limits of single capabilities. Default none.</summary>
    public ImmutableDictionary<CapabilityName, CapabilityQueueLimits> Capabilities { get; init; } = ImmutableDictionary<CapabilityName, CapabilityQueueLimits>.Empty;

    /// <summary>How often a job is started at most when its runs fail in a way that another may not, ≥ 1. Default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; each further one waits twice as long, give or take. Default 1 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait. Default 5 minutes.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a job has from acceptance, or from its scheduled start, when its terms name no deadline. Default 24 h.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest from acceptance to the end that is accepted. Default 30 days.</summary>
    public TimeSpan LongestDeadline { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a run may outlast its time before the job is taken from it. Default 30 s.</summary>
    public TimeSpan LeaseGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a job that was not done is kept as a dead letter, with its input. Default 7 days.</summary>
    public TimeSpan KeepDead { get; init; } = TimeSpan.FromDays(7);
}
