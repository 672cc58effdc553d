using Crank.Core;
using Crank.Gateway.Opa.Sets;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>The face for OPA's clients, put together.</summary>
internal sealed class OpaDesk : IDisposable
{
    private readonly GatewayParts _parts;
    private readonly LiveOptions _options;
    private readonly PutBook _put;

    private OpaDesk(GatewayParts parts, LiveOptions options, PutBook put, AskedBook book, Asker asker) => (_parts, _options, _put, Book, Asker) = (parts, options, put, book, asker);

    /// <summary>What is asked.</summary>
    public AskedBook Book { get; }

    /// <summary>Asks it.</summary>
    public Asker Asker { get; }

    /// <exception cref="Storage.StoreException">What was put before cannot be read.</exception>
    public static OpaDesk Open(LiveOptions options, GatewayParts parts)
    {
        var put = PutBook.Open(parts.Controller.Records);
        return new(parts, options, put, new(parts.Policies is { } policies ? () => AskedBasis.Of(policies.Current) : static () => AskedBasis.None, put), new(parts.Policies, parts.Ids ?? new IdSource(parts.Clock, new Random()), parts.Clock));
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var inputs = new OpaInputs(_options);
        new DataEndpoints(Book, Asker, inputs, _parts.Clock).Map(routes);
        new QueryEndpoints(Book, Asker, inputs, _parts.Clock).Map(routes);
        new PolicyEndpoints(Book, _put, _parts.Clock).Map(routes);
        new StateEndpoints(Book, _parts.Controller.Origin, _parts.OtherOpa).Map(routes);
    }

    public void Dispose() => _put.Dispose();
}
