using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Services;

/// <summary>Who serves what and how it is: <c>GET /v1/services</c> and one of them.</summary>
internal sealed class ServiceEndpoints(GatewayParts parts)
{
    private const int StandardPage = 100;
    private const int LargestPage = 1_000;

    private static readonly SemanticVersion s_own = OwnVersion();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/services", Methods.Read, ListAsync).RequireScope(Scopes.MeshRead).Describe(new("listServices", ContractTags.Services, "List the services that are registered")
        {
            Description = "Those that crank brings and those from outside, where they stand, and what their checks came to.",
            Parameters = Described.Page(StandardPage, LargestPage),
            Answers = [Described.PageOf("Service", "A page of services.")],
        });
        routes.MapMethods("/v1/services/{service}", Methods.Read, GetAsync).RequireScope(Scopes.MeshRead).Describe(new("getService", ContractTags.Services, "Get a service")
        {
            Parameters = [Parameter.Path("service", "Its id in the list.", """{"type":"string","pattern":"^[a-z0-9][a-z0-9._-]{0,62}$"}""", "test")],
            Answers = [new(200, "The service.", Content.Json("Service"))],
            Problems = [ProblemCodes.NotFound],
        });
    }

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context, "limit", "cursor");
        var after = Cursor.Read<WorkerId>(context);
        var limit = Query.Limit(context, StandardPage, LargestPage);
        var services = (parts.Registry?.All ?? []).Where(s => after is null || s.Id.CompareTo(after.Value) > 0).Take(limit + 1).ToList();
        return Page.WriteAsync(context, services, limit, s => s.Id.ToString(), (json, service) => Write(json, service, context.Caller()));
    }

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        var text = (string)context.GetRouteValue("service")!;
        return WorkerId.TryParse(text, null, out var id) && parts.Registry?.Find(id) is { } service
            ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, service, context.Caller()))
            : Problem.WriteAsync(context, ProblemCodes.NotFound, $"No service '{text}' is registered.", "See /v1/services; a service from outside has another id each time it joins.");
    }

    private static void Write(Utf8JsonWriter json, Registration service, Caller caller)
    {
        var facts = service.Facts;
        json.WriteStartObject();
        json.WriteString("service", service.Id.ToString());
        json.WriteString("name", facts.Name);
        json.WriteString("version", facts.Version.ToString());
        json.WriteString("state", service.State.Word());
        json.WriteBoolean("builtIn", facts.IsBuiltIn);
        json.WriteString("node", facts.Node.ToString());
        json.WriteString("isolation", facts.Isolation.Value);
        json.WriteString("protocol", facts.Protocol);
        json.WriteString("skew", Skew(facts));
        if (facts.Sdk is { } sdk)
        {
            json.WriteString("sdk", sdk.ToString());
        }

        json.WriteString("joinedAt", service.JoinedAt.UtcDateTime);
        if (service.LeaseUntil is { } lease)
        {
            json.WriteString("leaseUntil", lease.UtcDateTime);
        }

        json.WriteStartArray("capabilities");
        foreach (var capability in service.Capabilities.Select(c => c.Id.ToString()).Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(capability);
        }

        json.WriteEndArray();
        WriteHealth(json, service.Health, caller);
        if (caller.Tenant == TenantId.Owner && facts.Registrant is { } registrant)
        {
            json.WriteString("principal", registrant.ToString());
        }

        json.WriteEndObject();
    }

    /// <summary>Why a check failed, and its job, are for whoever runs the mesh.</summary>
    private static void WriteHealth(Utf8JsonWriter json, HealthReport? health, Caller caller)
    {
        if (health is null)
        {
            return;
        }

        json.WriteStartObject("check");
        json.WriteBoolean("ok", health.Ok);
        json.WriteString("at", health.At.UtcDateTime);
        json.WriteNumber("failures", health.Failures);
        json.WriteNumber("successes", health.Successes);
        if (health.Capability is { } capability)
        {
            json.WriteString("capability", capability.ToString());
        }

        if (caller.Tenant == TenantId.Owner)
        {
            if (health.Why is { } why)
            {
                json.WriteString("why", why);
            }

            if (health.Job is { } job)
            {
                json.WriteString("job", job.ToString());
            }
        }

        json.WriteEndObject();
    }

    /// <summary>How the Sdk of a service stands to this program: before 1.0.0 the minor version counts as the major.</summary>
    private static string Skew(ServiceFacts facts)
    {
        if (facts.IsBuiltIn)
        {
            return "same";
        }

        return facts.Sdk is not { } sdk ? "unknown" : (sdk.Major, sdk.Minor).CompareTo((s_own.Major, s_own.Minor)) switch { < 0 => "older", > 0 => "newer", _ => "same" };
    }

    private static SemanticVersion OwnVersion()
    {
        var version = typeof(ServiceEndpoints).Assembly.GetName().Version!;
        return new(version.Major, version.Minor, Math.Max(0, version.Build));
    }
}
