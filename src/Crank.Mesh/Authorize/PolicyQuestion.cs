using System.Collections.Immutable;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Authorize;

/// <summary>Everything that a decision depends on, besides the policy itself.</summary>
/// <param name="Id">Names the decision.</param>
/// <param name="Tenant">Who would pay.</param>
/// <param name="Principal">Who acts.</param>
/// <param name="Roles">What the authenticated identity says that the principal may be; see <see cref="Tenants.Roles"/>.</param>
/// <param name="TenantRecord">What is stored of the tenant now; null when nothing is, or when it cannot be read.</param>
/// <param name="PrincipalRecord">What is stored of the principal now; null when nothing is, or when it cannot be read.</param>
/// <param name="Capability">What is asked, at the version that was resolved.</param>
/// <param name="Terms">What is asked of the job, its data class among it.</param>
/// <param name="InputBytes">JSON and blobs together.</param>
/// <param name="Parent">The job it belongs to; null for none.</param>
/// <param name="IsStarting">True when a queued job is asked about again because it starts; false when a request comes.</param>
/// <param name="Now">The time of the question.</param>
/// <param name="MinIsolation">The weakest isolation that the operator allows; holds whatever the answer says.</param>
public sealed record PolicyQuestion(
    DecisionId Id,
    TenantId Tenant,
    PrincipalId Principal,
    ImmutableArray<string> Roles,
    TenantRecord? TenantRecord,
    PrincipalRecord? PrincipalRecord,
    CapabilityVersion Capability,
    Terms Terms,
    long InputBytes,
    JobId? Parent,
    bool IsStarting,
    DateTimeOffset Now,
    IsolationLevel MinIsolation)
{
    /// <summary>The currency of the account that pays; null when nobody said.</summary>
    public Currency? Currency { get; init; }

    /// <summary>The offers that the job would be placed among now; null when nobody looked.</summary>
    public OfferSnapshot? Offers { get; init; }
}
