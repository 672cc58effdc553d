namespace Crank.Gateway.A2a.Protocol;

/// <summary>One way to authenticate (A2A 1.0, section 4.5): exactly one member.</summary>
internal sealed record SecurityScheme
{
    public ApiKeySecurityScheme? ApiKeySecurityScheme { get; init; }

    public HttpAuthSecurityScheme? HttpAuthSecurityScheme { get; init; }

    public OAuth2SecurityScheme? Oauth2SecurityScheme { get; init; }

    public OpenIdConnectSecurityScheme? OpenIdConnectSecurityScheme { get; init; }

    public MutualTlsSecurityScheme? MtlsSecurityScheme { get; init; }
}

/// <summary>Schemes that are needed together, with the scopes of each.</summary>
internal sealed record SecurityRequirement
{
    public IReadOnlyDictionary<string, StringList>? Schemes { get; init; }
}

internal sealed record StringList
{
    public IReadOnlyList<string>? List { get; init; }
}

internal sealed record ApiKeySecurityScheme
{
    public string? Description { get; init; }

    public string? Location { get; init; }

    public string? Name { get; init; }
}

internal sealed record HttpAuthSecurityScheme
{
    public string? Description { get; init; }

    public string? Scheme { get; init; }

    public string? BearerFormat { get; init; }
}

internal sealed record OAuth2SecurityScheme
{
    public string? Description { get; init; }

    public OAuthFlows? Flows { get; init; }

    public string? Oauth2MetadataUrl { get; init; }
}

internal sealed record OpenIdConnectSecurityScheme
{
    public string? Description { get; init; }

    public string? OpenIdConnectUrl { get; init; }
}

internal sealed record MutualTlsSecurityScheme
{
    public string? Description { get; init; }
}

/// <summary>How a token is got: exactly one member.</summary>
internal sealed record OAuthFlows
{
    public OAuthFlow? AuthorizationCode { get; init; }

    public OAuthFlow? ClientCredentials { get; init; }

    public OAuthFlow? Implicit { get; init; }

    public OAuthFlow? Password { get; init; }

    public OAuthFlow? DeviceCode { get; init; }
}

/// <summary>The addresses of any flow; which of them a flow has is the protocol's to say.</summary>
internal sealed record OAuthFlow
{
    public string? AuthorizationUrl { get; init; }

    public string? DeviceAuthorizationUrl { get; init; }

    public string? TokenUrl { get; init; }

    public string? RefreshUrl { get; init; }

    public IReadOnlyDictionary<string, string>? Scopes { get; init; }

    public bool? PkceRequired { get; init; }
}
