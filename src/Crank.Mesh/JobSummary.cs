using Crank.Core;
using Crank.Mesh.Queue;

namespace Crank.Mesh;

/// <summary>A job as a list shows it.</summary>
/// <param name="Id">The job.</param>
/// <param name="Parent">The job it belongs to; null for none.</param>
/// <param name="Principal">Who acted.</param>
/// <param name="Capability">What was asked, at the version that was resolved.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Error">The refusal or typed error; null for none.</param>
/// <param name="AcceptedAt">When the request was admitted.</param>
/// <param name="FinishedAt">When it ended; null while it has not.</param>
/// <param name="Charged">What it cost; nothing unless a result was delivered.</param>
/// <param name="ResultUntil">Until when its result can be fetched; null when there is none, or none any more.</param>
/// <param name="Queue">Its place in the queue; null for a job that ran at once, or whose place is gone because it has ended.</param>
public sealed record JobSummary(
    JobId Id,
    JobId? Parent,
    PrincipalId Principal,
    CapabilityVersion Capability,
    JobState State,
    ErrorCode? Error,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? FinishedAt,
    Money Charged,
    DateTimeOffset? ResultUntil,
    QueueFacts? Queue = null);
