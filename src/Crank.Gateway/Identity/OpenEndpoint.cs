namespace Crank.Gateway.Identity;

/// <summary>Metadata of an endpoint that needs no caller.</summary>
internal sealed class OpenEndpoint
{
    public static OpenEndpoint Instance { get; } = new();
}
