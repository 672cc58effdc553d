using System.Text.Json;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>An agent's description of itself (A2A 1.0, section 4.4.1). Every member may be absent, as in the protocol's own JSON.</summary>
internal sealed record AgentCard
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<AgentInterface>? SupportedInterfaces { get; init; }

    public AgentProvider? Provider { get; init; }

    public string? Version { get; init; }

    public string? DocumentationUrl { get; init; }

    public AgentCapabilities? Capabilities { get; init; }

    public IReadOnlyDictionary<string, SecurityScheme>? SecuritySchemes { get; init; }

    public IReadOnlyList<SecurityRequirement>? SecurityRequirements { get; init; }

    public IReadOnlyList<string>? DefaultInputModes { get; init; }

    public IReadOnlyList<string>? DefaultOutputModes { get; init; }

    public IReadOnlyList<AgentSkill>? Skills { get; init; }

    public IReadOnlyList<AgentCardSignature>? Signatures { get; init; }

    public string? IconUrl { get; init; }
}

/// <summary>Where and how an agent is reached.</summary>
internal sealed record AgentInterface
{
    public string? Url { get; init; }

    public string? ProtocolBinding { get; init; }

    public string? Tenant { get; init; }

    public string? ProtocolVersion { get; init; }
}

/// <summary>Who stands behind an agent.</summary>
internal sealed record AgentProvider
{
    public string? Url { get; init; }

    public string? Organization { get; init; }
}

/// <summary>What an agent can do beyond the least.</summary>
internal sealed record AgentCapabilities
{
    public bool? Streaming { get; init; }

    public bool? PushNotifications { get; init; }

    public IReadOnlyList<AgentExtension>? Extensions { get; init; }

    public bool? ExtendedAgentCard { get; init; }
}

/// <summary>An extension that an agent knows.</summary>
internal sealed record AgentExtension
{
    public string? Uri { get; init; }

    public string? Description { get; init; }

    public bool? Required { get; init; }

    public JsonElement? Params { get; init; }
}

/// <summary>One thing that an agent does; here a capability.</summary>
internal sealed record AgentSkill
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Examples { get; init; }

    public IReadOnlyList<string>? InputModes { get; init; }

    public IReadOnlyList<string>? OutputModes { get; init; }

    public IReadOnlyList<SecurityRequirement>? SecurityRequirements { get; init; }
}

/// <summary>A signature over a card: a JWS (RFC 7515) without its payload.</summary>
internal sealed record AgentCardSignature
{
    public string? Protected { get; init; }

    public string? Signature { get; init; }

    public JsonElement? Header { get; init; }
}
