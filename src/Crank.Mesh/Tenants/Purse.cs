using Crank.Core;

namespace Crank.Mesh.Tenants;

/// <summary>What a credential may spend of its tenant's money; from the authenticated identity and nothing else. What is held for jobs that run counts as spent until they end.</summary>
/// <param name="Id">Names it within the tenant; credentials that replace one another share it. At most 64 characters.</param>
/// <param name="PerDay">The most in one day of UTC, by when jobs were accepted; null for no limit.</param>
/// <param name="Total">The most ever; null for no limit.</param>
/// <param name="KeptUntil">Until when what was spent is remembered at least.</param>
public sealed record Purse(string Id, Money? PerDay, Money? Total, DateTimeOffset KeptUntil);
