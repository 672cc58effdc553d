using System.Collections.Immutable;
using Crank.Gateway.Identity.Tokens;

namespace Crank.Gateway.Identity;

/// <summary>What an operator decides about identities.</summary>
public sealed record IdentityOptions
{
    /// <summary>The trust domain of SPIFFE ids in client certificates, e.g. <c>acme.example</c>. Default <c>crank.local</c>.</summary>
    public string TrustDomain { get; init; } = "crank.local";

    /// <summary>Issuers whose bearer tokens are accepted. Default none.</summary>
    public ImmutableArray<IssuerOptions> Issuers { get; init; } = [];

    /// <summary>PEM files of authorities whose client certificates are accepted, beside the mesh's own development authority. Default none.</summary>
    public ImmutableArray<string> ClientAuthorities { get; init; } = [];

    /// <summary>How long a new API key is good unless its maker says otherwise. Default 90 days.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The longest life that a maker may ask for. Default 400 days.</summary>
    public TimeSpan MaxKeyLifetime { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long a rotated key stays good beside the one that replaces it, unless asked otherwise. Default 1 day.</summary>
    public TimeSpan RotationOverlap { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The most keys of one tenant that are neither revoked nor expired. Default 1,000.</summary>
    public int KeysPerTenant { get; init; } = 1_000;

    /// <summary>The most principals of one tenant. Default 10,000.</summary>
    public int PrincipalsPerTenant { get; init; } = 10_000;

    /// <summary>The most tenants. Default 10,000.</summary>
    public int Tenants { get; init; } = 10_000;

    /// <summary>Failed authentications per minute and address (IPv6: per /64) before it gets 429 unseen. Default 120.</summary>
    public int FailuresPerMinute { get; init; } = 120;
}
