using System.Collections.Immutable;
using Crank.Core;
using Crank.Trust.ApiKeys;

namespace Crank.Gateway.Identity.Keys;

/// <summary>A key that was just made: the only moment at which its secret is there.</summary>
/// <param name="Key">The key; <see cref="ApiKey.Reveal"/> shows it.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Principal">Who acts with it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">From when it is refused.</param>
public sealed record IssuedKey(ApiKey Key, TenantId Tenant, PrincipalId Principal, ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>Its id as it stands in the key.</summary>
    public string Id => KnownKey.TextOf(Key.Id);
}
