using System.Security.Cryptography;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh;
using Crank.Mesh.Catalogue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Capabilities;

/// <summary>What can be run: <c>GET /v1/capabilities</c> and one of them with its schemas.</summary>
internal sealed class CapabilityEndpoints(Controller controller)
{
    private volatile Listing? _listing;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/capabilities", Methods.Read, ListAsync).RequireScope(Scopes.MeshRead).Describe(CapabilityOperations.List);
        routes.MapMethods("/v1/capabilities/{capability}", Methods.Read, GetAsync).RequireScope(Scopes.MeshRead).Describe(CapabilityOperations.Get);
    }

    /// <summary>The newest version of a name that can stand in for what a route names; null when there is none.</summary>
    public static CapabilityEntry? Find(CapabilityCatalogue catalogue, string text, out CapabilityName name, out SemanticVersion? version)
    {
        var isWish = CapabilityWish.TryParse(text, null, out var wish);
        (name, version) = (wish.Name, wish.AtLeast);
        return isWish ? catalogue.Find(name, version) : null;
    }

    private async Task ListAsync(HttpContext context)
    {
        Query.Only(context);
        if (_listing is not { } listing || listing.Of != controller.Catalogue)
        {
            _listing = listing = Render(controller.Catalogue);
        }

        if (!await Conditional.AnsweredAsync(context, listing.Tag))
        {
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, listing.Json);
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        var text = (string)context.GetRouteValue("capability")!;
        if (Find(controller.Catalogue, text, out var name, out _) is not { } entry)
        {
            await Problem.WriteAsync(
                context, ProblemCodes.NotFound, $"There is no capability '{text}'.",
                controller.Catalogue.Nearest(name.Value.Length > 0 ? name.Value : text) is { } near ? $"Did you mean '{near}'?" : "See /v1/capabilities.");
            return;
        }

        var body = JsonAnswer.Render(json => CapabilityJson.Write(json, entry.Capability));
        if (!await Conditional.AnsweredAsync(context, TagOf(body)))
        {
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, body);
        }
    }

    private static Listing Render(CapabilityCatalogue catalogue)
    {
        var body = JsonAnswer.Render(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var capability in catalogue.All)
            {
                CapabilityJson.Write(json, capability);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
        return new(catalogue, body, TagOf(body));
    }

    /// <summary>A weak tag: the same answer may travel packed in several ways.</summary>
    private static EntityTagHeaderValue TagOf(ReadOnlyMemory<byte> body) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16))}\"", isWeak: true);

    private sealed record Listing(CapabilityCatalogue Of, ReadOnlyMemory<byte> Json, EntityTagHeaderValue Tag);
}
