using Crank.Core;
using Crank.Mesh.Tenants;
using Crank.Trust.Jose;

namespace Crank.Gateway.Identity.Tokens;

/// <summary>What an issuer's configuration must be like: a function of the configuration.</summary>
public static class IssuerRule
{
    /// <summary>Checks one issuer.</summary>
    /// <exception cref="ArgumentException">It cannot be trusted like that; the message says what and how to put it right.</exception>
    public static void Check(IssuerOptions issuer)
    {
        if (Fault(issuer) is { } fault)
        {
            throw new ArgumentException($"identity.issuers: {issuer.Issuer}: {fault}", nameof(issuer));
        }
    }

    /// <summary>What is wrong with an issuer; null when nothing is.</summary>
    public static string? Fault(IssuerOptions issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (!Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var uri) || !IssuerKeys.IsSafe(uri) || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return "an issuer is an https address without query (or http on loopback).";
        }

        if (issuer.Audiences.IsDefaultOrEmpty || issuer.Audiences.Any(string.IsNullOrEmpty))
        {
            return "it needs audiences: without one, tokens meant for others would open this mesh.";
        }

        if ((issuer.Tenant is null) == (issuer.TenantClaim is null))
        {
            return "it needs either tenant or tenantClaim, not both.";
        }

        if (issuer.TenantClaim is not null && (issuer.Tenants.IsDefaultOrEmpty || issuer.Tenants.Contains(TenantId.Owner)))
        {
            return "with tenantClaim it needs tenants: those that it may speak for; the owner's never is one.";
        }

        if (issuer.Algorithms.IsDefaultOrEmpty || issuer.Algorithms.FirstOrDefault(a => !JwsPolicy.PublicKeyOnly.Contains(a)) is not null)
        {
            return $"algorithms are some of {string.Join(", ", JwsPolicy.PublicKeyOnly)}.";
        }

        if (issuer.Roles.Values.Append(issuer.DefaultRole ?? Roles.Viewer).FirstOrDefault(r => !RoleScopes.Known.Contains(r)) is { } role)
        {
            return $"'{role}' is no role; {string.Join(", ", RoleScopes.Known)} are.";
        }

        return issuer.Skew < TimeSpan.Zero || issuer.Skew > TimeSpan.FromMinutes(10) || issuer.MaxLifetime <= TimeSpan.Zero || issuer.KeysPause <= TimeSpan.Zero
            ? "skew is 0 to 10 minutes; maxLifetime and keysPause are above 0."
            : null;
    }
}
