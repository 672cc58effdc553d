using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Govern;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary><c>/v1/policy/exceptions</c>: exceptions from rules of the policy, each with an end.</summary>
internal sealed class ExceptionEndpoints(ExemptionBook book, TimeProvider clock, LiveOptions options)
{
    private const string Path = "/v1/policy/exceptions";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, Methods.Read, (RequestDelegate)ListAsync).RequireScope(Scopes.MeshAdmin).Describe(new("listPolicyExceptions", ContractTags.Policy, "List exceptions from rules")
        {
            Description = "Those that are not over, oldest first; with `all=true` also those that ended in the last 400 days.",
            Parameters = [Parameter.Query("all", "`true` for those that are over too.", """{"enum":["true","false"]}""")],
            Answers = [new(200, "The exceptions.", Content.Json("""{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/PolicyException"}}}}"""))],
        });
        routes.MapMethods(Path, Methods.Post, (RequestDelegate)AddAsync).RequireScope(Scopes.MeshAdmin).Describe(new("addPolicyException", ContractTags.Policy, "Make an exception from a rule")
        {
            Description = "A refusal whose rules all have a live exception becomes an allow that names them, on the decision and on the receipt. Never against a lockdown, nor for a tenant or principal that is disabled or not known.",
            Body = [Content.Json("NewPolicyException", """{"rule":"night","tenant":"acme","principal":"builder","capability":"echo","until":"2026-01-31T00:00:00Z","reason":"The night build moves next week."}""")],
            Answers = [new(201, "It is in effect.", Content.Json("PolicyException")) { Headers = [new("Location", "Where it is.")] }],
            Problems = [ProblemCodes.BadInput, ProblemCodes.StorageFailed],
        });
        routes.MapMethods(Path + "/{id}", Methods.Delete, (RequestDelegate)RemoveAsync).RequireScope(Scopes.MeshAdmin).Describe(new("removePolicyException", ContractTags.Policy, "End an exception")
        {
            Parameters = [Parameter.Path("id", "The exception.", """{"type":"string","pattern":"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"}""", "01JD0000000000000000000000")],
            Answers = [new(204, "It has no effect any more.")],
            Problems = [ProblemCodes.NotFound, ProblemCodes.StorageFailed],
        });
    }

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context, "all");
        var all = Query.Single(context, "all") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Query.Wrong("'all' is true or false.", ""),
        };
        return IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var exemption in all ? book.All : book.Live)
            {
                Write(json, exemption, clock.GetUtcNow());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task AddAsync(HttpContext context)
    {
        Query.Only(context);
        var body = await BodyFields.ReadAsync(context, options);
        var rule = body.Text("rule", Exemption.MaxText, required: true);
        var tenant = body.Value<TenantId>("tenant", "a tenant such as acme", required: true);
        var principal = body.Value<PrincipalId>("principal", "a principal such as builder");
        var capability = body.Value<CapabilityPattern>("capability", CapabilityPattern.Form, required: true);
        var until = body.Text("until", 40, required: true) is { } text ? Query.Time(text) : null;
        var reason = body.Text("reason", Exemption.MaxText, required: true);
        if (until is null)
        {
            body.Fault("until", "It is a moment such as 2026-01-31T12:00:00Z or a day such as 2026-01-31.");
        }

        body.End();
        var wanted = new Exemption(rule!, tenant!.Value, principal, capability!.Value, until!.Value, reason!, context.Caller().Principal, default);
        if (book.Fault(wanted, clock.GetUtcNow()) is { } fault)
        {
            throw new BadRequestException(ProblemCodes.BadInput, fault);
        }

        var made = await book.AddAsync(wanted);
        context.Response.Headers.Location = $"{Path}/{made.Id}";
        await IdentityAnswers.SendAsync(context, StatusCodes.Status201Created, json => Write(json, made, clock.GetUtcNow()));
    }

    private async Task RemoveAsync(HttpContext context)
    {
        Query.Only(context);
        if (SortableId.TryParse(context.Request.RouteValues["id"] as string, null, out var id) && await book.RemoveAsync(id))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await Problem.WriteAsync(context, ProblemCodes.NotFound, "There is no such exception.", $"GET {Path} lists them.");
    }

    public static void Write(Utf8JsonWriter json, Exemption exemption, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id", exemption.Id.ToString());
        json.WriteString("rule", exemption.Rule);
        json.WriteString("tenant", exemption.Tenant.Value);
        if (exemption.Principal is { } principal)
        {
            json.WriteString("principal", principal.Value);
        }

        json.WriteString("capability", exemption.Capability.ToString());
        json.WriteTime("until", exemption.Until);
        json.WriteString("reason", exemption.Reason);
        json.WriteString("by", exemption.By.Value);
        json.WriteTime("madeAt", exemption.MadeAt);
        json.WriteBoolean("live", now < exemption.Until);
        json.WriteEndObject();
    }
}
