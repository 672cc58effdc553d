using Crank.Core;

namespace Crank.Storage;

/// <summary>One job, as it stands after a commit. What Storage has no column for travels as opaque JSON bytes.</summary>
/// <remarks>A row without <see cref="Result"/> has no result, or one that was forgotten after its time.</remarks>
/// <param name="Id">The job.</param>
/// <param name="Parent">The job it belongs to; null for none.</param>
/// <param name="Tenant">Who pays.</param>
/// <param name="Principal">Who acted.</param>
/// <param name="Capability">What was asked, at the version that was resolved.</param>
/// <param name="State">Where it stands.</param>
/// <param name="IdempotencyKey">The key it was asked under, at most <see cref="KeyRow.MaxKeyLength"/> characters; null for none.</param>
/// <param name="Request">Digest of the request, to tell a repetition from another request under the same key.</param>
/// <param name="Terms">What was asked of it, as JSON.</param>
/// <param name="Decision">The answer of the policy, as JSON; null when it was refused before.</param>
/// <param name="Plan">The placement, as JSON; null when it was refused before.</param>
/// <param name="AcceptedAt">When the request was admitted.</param>
/// <param name="FinishedAt">When it ended; null while it has not.</param>
/// <param name="Error">The refusal or typed error; null for none.</param>
/// <param name="Result">What was delivered; null for nothing.</param>
/// <param name="Version">1 for a new row, else one more than what is stored.</param>
/// <param name="ChargedMicros">What it cost, in millionths; 0 until it was delivered.</param>
/// <param name="Joules">The energy of all its attempts; null when nothing was measured.</param>
/// <param name="GramsCo2e">The emissions of all its attempts; null when nothing was measured.</param>
public sealed record JobRow(
    JobId Id,
    JobId? Parent,
    TenantId Tenant,
    PrincipalId Principal,
    CapabilityVersion Capability,
    JobState State,
    string? IdempotencyKey,
    Digest Request,
    byte[] Terms,
    byte[]? Decision,
    byte[]? Plan,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? FinishedAt,
    ErrorCode? Error,
    ResultRow? Result,
    long Version,
    long ChargedMicros = 0,
    double? Joules = null,
    double? GramsCo2e = null);
