using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Capabilities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Mesh;

/// <summary>Who offers what, and where: <c>GET /v1/offers</c> and <c>GET /v1/nodes</c>.</summary>
internal sealed class MeshEndpoints(GatewayParts parts)
{
    private const int StandardPage = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/offers", Methods.Read, OffersAsync).RequireScope(Scopes.MeshRead).Describe(MeshOperations.Offers);
        routes.MapMethods("/v1/nodes", Methods.Read, NodesAsync).RequireScope(Scopes.MeshRead).Describe(MeshOperations.Nodes);
    }

    private Task OffersAsync(HttpContext context)
    {
        Query.Only(context, "capability", "limit", "cursor");
        var capability = Query.Value<CapabilityName>(context, "capability", "a name such as doc.convert");
        var after = Cursor.Read<OfferId>(context);
        var limit = Query.Limit(context, StandardPage, MeshOperations.LargestPage);
        var now = parts.Clock.GetUtcNow();
        var offers = parts.Controller.Offers.Offers
            .Where(o => o.ExpiresAt > now && (capability is null || o.Capability.Name == capability) && (after is null || o.Id.CompareTo(after.Value) > 0))
            .Take(limit + 1).ToList();
        return Page.WriteAsync(context, offers, limit, o => o.Id.ToString(), WriteOffer);
    }

    private Task NodesAsync(HttpContext context)
    {
        Query.Only(context, "limit", "cursor");
        var after = Cursor.Read<NodeId>(context);
        var limit = Query.Limit(context, StandardPage, MeshOperations.LargestPage);
        var now = parts.Clock.GetUtcNow();
        var nodes = parts.Controller.Offers.Offers.Where(o => o.ExpiresAt > now).GroupBy(o => o.Node)
            .OrderBy(n => n.Key.ToString(), StringComparer.Ordinal)
            .Where(n => after is null || string.CompareOrdinal(n.Key.ToString(), after.Value.ToString()) > 0)
            .Take(limit + 1).ToList();
        return Page.WriteAsync(context, nodes, limit, n => n.Key.ToString(), WriteNode);
    }

    private static void WriteOffer(Utf8JsonWriter json, Offer offer)
    {
        json.WriteStartObject();
        json.WriteString("offer", offer.Id.ToString());
        json.WriteString("capability", offer.Capability.ToString());
        json.WriteString("node", offer.Node.ToString());
        CapabilityJson.WritePrice(json, offer.Price);
        json.WriteString("isolation", offer.Isolation.Value);
        json.WriteString("expiresAt", offer.ExpiresAt.UtcDateTime);
        WritePlace(json, offer);
        if (offer.Latency is { } latency)
        {
            json.WriteNumber("latencySeconds", latency.Seconds);
        }

        if (offer.JoulesPerJob is { } joules)
        {
            json.WriteNumber("joulesPerJob", joules.Value);
        }

        if (offer.Reliability is { } reliability)
        {
            json.WriteNumber("reliability", reliability);
        }

        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, IGrouping<NodeId, Offer> node)
    {
        var newest = node.MaxBy(o => o.ExpiresAt)!;
        json.WriteStartObject();
        json.WriteString("node", node.Key.ToString());
        json.WriteString("isolation", newest.Isolation.Value);
        WritePlace(json, newest);
        json.WriteStartArray("capabilities");
        foreach (var capability in node.Select(o => o.Capability.ToString()).Distinct().Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(capability);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, Offer offer)
    {
        if (offer.Zone is { } zone)
        {
            json.WriteString("zone", zone.ToString());
        }

        if (offer.Intensity is { } intensity)
        {
            json.WriteNumber("gramsCo2ePerKwh", intensity.Value);
        }
    }
}
