using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Mesh.Govern;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary><c>/v1/policy</c>: what governs the mesh now.</summary>
internal sealed class PolicyStatusEndpoint(GatewayParts parts)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/v1/policy", Methods.Read, (RequestDelegate)GetAsync).RequireScope(Scopes.MeshAdmin).Describe(new("getPolicy", ContractTags.Policy, "See what governs the mesh")
        {
            Description = "The set of policies in force, what went wrong with the last change, the shadow beside it, another OPA that decides or is compared, the lockdown, and the exceptions.",
            Answers = [new(200, "What governs it.", Content.Json("PolicyStatus"))],
        });

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        return IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, Write);
    }

    /// <summary>Writes all of it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (parts.Policies is { } book)
        {
            json.WriteStartObject("inForce");
            Write(json, book.Current);
            json.WriteTime("since", book.Since);
            json.WriteEndObject();
            if (book.LastError is { } failure)
            {
                json.WriteStartObject("lastError");
                json.WriteString("origin", failure.Origin);
                json.WriteString("message", failure.Message);
                json.WriteTime("at", failure.At);
                json.WriteEndObject();
            }
        }

        if (parts.Shadow?.Status is { } shadow)
        {
            json.WriteStartObject("shadow");
            Write(json, shadow);
            json.WriteEndObject();
        }

        if (parts.OtherOpa is { } other)
        {
            json.WriteStartObject("otherOpa");
            json.WriteString("url", other.Settings.Url!.ToString());
            json.WriteString("mode", other.Settings.Mode == OpaMode.Enforce ? "enforce" : "shadow");
            if (other.Counts is { } counts)
            {
                json.WriteNumber("agreed", counts.Agreed);
                json.WriteNumber("otherDecision", counts.OtherDecision);
                json.WriteNumber("otherConstraints", counts.OtherConstraints);
                json.WriteNumber("failed", counts.Failed);
                json.WriteNumber("dropped", counts.Dropped);
            }

            json.WriteEndObject();
        }

        json.WriteStartObject("lockdown");
        LockdownEndpoints.Write(json, parts.Controller.Lockdown.Current);
        json.WriteEndObject();
        json.WriteStartArray("exceptions");
        foreach (var exemption in parts.Controller.Exemptions.Live)
        {
            ExceptionEndpoints.Write(json, exemption, parts.Clock.GetUtcNow());
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicyInForce set)
    {
        json.WriteString("revision", set.Revision);
        json.WriteString("digest", set.Digest.ToString());
        json.WriteString("origin", set.Origin);
    }

    /// <summary>Writes the members of a shadow.</summary>
    public static void Write(Utf8JsonWriter json, ShadowStatus shadow)
    {
        Write(json, shadow.Set);
        json.WriteTime("since", shadow.Since);
        json.WriteNumber("asked", shadow.Counts.Values.Sum());
        json.WriteNumber("unasked", shadow.Unasked);
        json.WriteStartObject("answers");
        foreach (var (kind, count) in shadow.Counts)
        {
            json.WriteNumber(ShadowBook.Word(kind), count);
        }

        json.WriteEndObject();
        json.WriteStartArray("differences");
        foreach (var difference in shadow.Last)
        {
            json.WriteStartObject();
            json.WriteTime("at", difference.At);
            if (difference.Decision is { } decision)
            {
                json.WriteString("decision", decision.ToString());
            }

            json.WriteString("topic", difference.Topic.Name());
            json.WriteString("kind", ShadowBook.Word(difference.Kind));
            json.WriteString("rule", difference.Rule);
            json.WriteString("shadowRule", difference.ShadowRule);
            json.WriteString("shadowWhy", difference.ShadowWhy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
