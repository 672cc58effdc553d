using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What is signed about a job that ended. Persons and inputs appear only as opaque ids and salted digests.</summary>
/// <param name="Origin">The transparency log that holds it.</param>
/// <param name="Job">The job.</param>
/// <param name="Parent">The job it belongs to; null for none.</param>
/// <param name="Tenant">Who pays.</param>
/// <param name="Principal">Who acted.</param>
/// <param name="Capability">What was asked, at the version that was resolved.</param>
/// <param name="Terms">What was asked of it.</param>
/// <param name="State">How it ended.</param>
/// <param name="Outcome">Done, not done, or unknown.</param>
/// <param name="Error">The refusal or typed error; null when done.</param>
/// <param name="Decision">The answer of the policy; null when the job was refused before.</param>
/// <param name="Plan">The placement; null when the job was refused before.</param>
/// <param name="Attempts">Every try, in order.</param>
/// <param name="Charge">What it cost; nothing unless a result was delivered.</param>
/// <param name="Footprint">Energy and emissions of all attempts; null when nothing ran.</param>
/// <param name="Input">Salted digest of the input.</param>
/// <param name="Output">Salted digest of what was delivered; null when nothing was.</param>
/// <param name="AcceptedAt">When the request was admitted.</param>
/// <param name="FinishedAt">When the job ended.</param>
/// <param name="TraceParent">W3C Trace Context <c>traceparent</c> of the caller; null for none.</param>
/// <param name="Promise">What it was promised when it was accepted to run later; null for a job that ran at once.</param>
public sealed record Receipt(
    string Origin,
    JobId Job,
    JobId? Parent,
    TenantId Tenant,
    PrincipalId Principal,
    CapabilityVersion Capability,
    Terms Terms,
    JobState State,
    Outcome Outcome,
    ErrorCode? Error,
    Decision? Decision,
    Plan? Plan,
    ImmutableArray<Attempt> Attempts,
    Charge Charge,
    Footprint? Footprint,
    Digest Input,
    Digest? Output,
    DateTimeOffset AcceptedAt,
    DateTimeOffset FinishedAt,
    string? TraceParent,
    Promise? Promise = null);
