using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity;

/// <summary>Whoever can connect to the socket in the data folder can read the data folder, and is its owner.</summary>
internal sealed class OwnerSocketIdentity : IIdentitySource
{
    /// <summary>How callers who came by the socket are known.</summary>
    public const string Source = "socket";

    /// <summary>Marks the connections of one listener as the owner's.</summary>
    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Marker.Instance);
        return next(connection);
    };

    public ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context) =>
        new(context.Features.Get<Marker>() is null ? IdentityAnswer.None : new IdentityAnswer.Known(Caller.Owner(Source)));

    private sealed class Marker
    {
        public static readonly Marker Instance = new();
    }
}
