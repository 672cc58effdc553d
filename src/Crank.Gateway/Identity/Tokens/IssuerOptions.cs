using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Gateway.Identity.Tokens;

/// <summary>An issuer whose bearer tokens are accepted (OpenID Connect Discovery 1.0, RFC 8414, RFC 9068).</summary>
public sealed record IssuerOptions
{
    /// <summary>Its name, compared letter by letter with <c>iss</c>; discovery is asked below it. <c>https</c>, or <c>http</c> on loopback.</summary>
    public required string Issuer { get; init; }

    /// <summary>Values of <c>aud</c> that mean this mesh; at least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>The tenant that every token of this issuer belongs to; null when <see cref="TenantClaim"/> says.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>The claim that names the tenant, of <see cref="Tenants"/>; null when <see cref="Tenant"/> is fixed.</summary>
    public string? TenantClaim { get; init; }

    /// <summary>The tenants that this issuer may speak for by <see cref="TenantClaim"/>; the owner's never is one of them.</summary>
    public ImmutableArray<TenantId> Tenants { get; init; } = [];

    /// <summary>The claim with the roles: a list, or words between spaces. Default <c>roles</c>.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>The issuer's words for roles, and ours. Words that are not here count for nothing. Default: our words as they are, without <c>owner</c>.</summary>
    public ImmutableDictionary<string, string> Roles { get; init; } = ImmutableDictionary.CreateRange<string, string>(
        [new("admin", "admin"), new("member", "member"), new("agent", "agent"), new("viewer", "viewer")]);

    /// <summary>The role of a token that names none; null for no role. Default null.</summary>
    public string? DefaultRole { get; init; }

    /// <summary>Whether a principal that was never seen before is written down at its first token. Default true; else an admin adds it first.</summary>
    public bool AddPrincipals { get; init; } = true;

    /// <summary>Where its keys are; null to ask discovery.</summary>
    public Uri? Keys { get; init; }

    /// <summary>Algorithms accepted; never a symmetric one, never <c>none</c>. Default RS256, PS256, ES256, ES384, EdDSA.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

    /// <summary>How far the clocks may be apart. Default 1 min.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest life of a token. Default 1 day.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether a token is good for one use, known by its <c>jti</c>; the use is written down, so that a restart changes nothing. Default false.</summary>
    public bool OneTime { get; init; }

    /// <summary>How long its keys are used before they are asked for again. Default 1 h.</summary>
    public TimeSpan KeysFresh { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long its last keys are used while it cannot be reached. Default 1 day.</summary>
    public TimeSpan KeysKept { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The least time between two questions for its keys, however many tokens name unknown ones. Default 30 s.</summary>
    public TimeSpan KeysPause { get; init; } = TimeSpan.FromSeconds(30);
}
