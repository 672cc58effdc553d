using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Authorize.Elsewhere;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>OPA's Health, Config and Status APIs.</summary>
internal sealed class StateEndpoints(AskedBook book, string origin, OtherOpa? other)
{
    private const string PutPlugin = "put_policies";
    private const string SetPlugin = "bundle";

    public void Map(IEndpointRouteBuilder routes)
    {
        OpaFace.Map(routes, "/health", Methods.Read, HealthAsync).OpenToAll().Describe(OpaOperations.Health);
        OpaFace.Map(routes, "/health/{**path}", Methods.Read, CustomHealthAsync).OpenToAll().LeaveOut("health checks of one's own, which are always refused");
        OpaFace.Map(routes, "/v1/config", Methods.Read, ConfigAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.Config);
        OpaFace.Map(routes, "/v1/status", Methods.Read, StatusAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.Status);
    }

    private Task HealthAsync(HttpContext context)
    {
        foreach (var name in context.Request.Query.Keys)
        {
            if (name is not ("bundle" or "bundles" or "plugins" or "exclude-plugin"))
            {
                throw OpaException.Wrong($"parameter '{name}' is not supported here; it takes: bundles, plugins, exclude-plugin");
            }
        }

        // What is in force is always a set that compiled, so bundles are ready from the first moment on.
        var excluded = context.Request.Query["exclude-plugin"].Contains(PutPlugin, StringComparer.Ordinal);
        var well = !OpaQuery.Flag(context, "plugins") || excluded || book.Current.Fault is null;
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, well ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, json =>
        {
            json.WriteStartObject();
            if (!well)
            {
                json.WriteString("code", OpaCodes.Internal);
                json.WriteString("message", "one or more plugins are not up");
                json.WriteString("error", "one or more plugins are not up");
            }

            json.WriteEndObject();
        });
    }

    private static Task CustomHealthAsync(HttpContext context) =>
        throw new OpaException(404, OpaCodes.ResourceNotFound, "health checks of one's own (package system.health) are not supported; /readyz runs a real job");

    private Task ConfigAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            json.WriteStartObject("result");
            OpaAnswer.WriteLabels(json, origin);
            json.WriteString("default_decision", "/system/main");
            json.WriteEndObject();
        });
    }

    private Task StatusAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var set = book.Current;
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            json.WriteStartObject("result");
            OpaAnswer.WriteLabels(json, origin);
            json.WriteStartObject("bundles");
            json.WriteStartObject(OpaAnswer.SetName);
            json.WriteString("name", OpaAnswer.SetName);
            json.WriteString("active_revision", set.Basis.Revision);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("plugins");
            json.WriteStartObject(SetPlugin);
            json.WriteString("state", "OK");
            json.WriteEndObject();
            json.WriteStartObject(PutPlugin);
            json.WriteString("state", set.Fault is null ? "OK" : "ERROR");
            if (set.Fault is { } fault)
            {
                json.WriteString("message", fault);
            }

            json.WriteEndObject();
            if (other is not null)
            {
                WriteOther(json, other);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WriteOther(Utf8JsonWriter json, OtherOpa other)
    {
        json.WriteStartObject("other_opa");
        json.WriteString("state", "OK");
        json.WriteString("mode", other.Settings.Mode == OpaMode.Enforce ? "enforce" : "shadow");
        if (other.Counts is { } counts)
        {
            json.WriteNumber("agreed", counts.Agreed);
            json.WriteNumber("other_decision", counts.OtherDecision);
            json.WriteNumber("other_constraints", counts.OtherConstraints);
            json.WriteNumber("failed", counts.Failed);
            json.WriteNumber("dropped", counts.Dropped);
        }

        json.WriteEndObject();
    }
}
