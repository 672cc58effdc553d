namespace Crank.Gateway.AuthZen;

/// <summary>Metadata of an endpoint whose every answer carries the caller's <c>X-Request-ID</c>.</summary>
internal sealed class EchoesRequestId
{
    private EchoesRequestId()
    {
    }

    public static EchoesRequestId Instance { get; } = new();
}
