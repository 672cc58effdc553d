using Crank.Core;
using Crank.Market;
using Crank.Mesh.Govern;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Authorize;

/// <summary>What the gate knows besides the job.</summary>
/// <param name="Membership">What is stored of tenant and principal now.</param>
/// <param name="Offers">The offers that the job would be placed among.</param>
/// <param name="Currency">The currency of every account.</param>
/// <param name="MinIsolation">The weakest isolation that the operator allows; holds whatever the policy says.</param>
internal sealed record GateFacts(Membership Membership, OfferSnapshot Offers, Currency Currency, IsolationLevel MinIsolation)
{
    /// <summary>The lockdown in force, in which the policy has no say; null for none.</summary>
    public Lockdown? Lockdown { get; init; }

    /// <summary>Told of a decision that is another than the policy's answer; null for nobody.</summary>
    public Action<Decision>? Overruled { get; init; }
}
