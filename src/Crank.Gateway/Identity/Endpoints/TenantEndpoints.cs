using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Records;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Tenants of the mesh, for its operator: <see cref="Scopes.MeshAdmin"/> is the owner's alone, so that no tenant sees that there are others.</summary>
internal static class TenantEndpoints
{
    private const string IdSchema = """{"type":"string","pattern":"^[a-z0-9][a-z0-9._-]{0,62}$"}""";

    public static void MapTenants(this IEndpointRouteBuilder routes, KeyBook keys, QuotaBook quotas, RecordBook records, IStore store, LiveOptions options)
    {
        routes.MapMethods("/v1/tenants", Methods.Read, (HttpContext context) => ListAsync(context, records, quotas)).RequireScope(Scopes.MeshAdmin).Describe(new("listTenants", ContractTags.Identity, "List tenants")
        {
            Parameters = [.. Part<TenantId>.Parameters],
            Answers = [new(200, "The tenants, by id; the owner's own is not among them.", Content.Json("TenantList"))],
        });
        routes.MapPost("/v1/tenants", (HttpContext context) => CreateAsync(context, keys, quotas, records, options)).RequireScope(Scopes.MeshAdmin).Describe(new("createTenant", ContractTags.Identity, "Add a tenant")
        {
            Description = "Adds the tenant with a principal 'admin' and a first key for it, which is shown in this answer and never again. What else the tenant needs, its admin makes.",
            Body = [Content.Json("NewTenant", """{"id":"acme","name":"Acme Ltd.","limitMicros":-5000000,"quota":{"perSecond":50}}""")],
            Answers = [new(201, "The tenant and its first key.", Content.Json("Tenant")) { Headers = [new("Location", "Where it is.")] }],
            Problems = [ProblemCodes.BadInput, ProblemCodes.Conflict],
        });
        routes.MapMethods("/v1/tenants/{id}", Methods.Read, (HttpContext context, string id) => GetAsync(context, id, store, quotas)).RequireScope(Scopes.MeshAdmin).Describe(new("getTenant", ContractTags.Identity, "See a tenant")
        {
            Parameters = [Parameter.Path("id", "The tenant.", IdSchema, "acme")],
            Answers = [new(200, "The tenant.", Content.Json("Tenant"))],
            Problems = [ProblemCodes.NotFound],
        });
        routes.MapPut("/v1/tenants/{id}", (HttpContext context, string id) => PutAsync(context, id, records, quotas, options)).RequireScope(Scopes.MeshAdmin).Describe(new("putTenant", ContractTags.Identity, "Change a tenant")
        {
            Description = "The whole of it: what is left out takes its default. A disabled tenant is refused from the next request on; its data stays.",
            Parameters = [Parameter.Path("id", "The tenant.", IdSchema, "acme")],
            Body = [Content.Json("TenantBody", """{"name":"Acme Ltd.","disabled":false,"weight":2}""")],
            Answers = [new(200, "It is changed.", Content.Json("Tenant"))],
            Problems = [ProblemCodes.NotFound, ProblemCodes.BadInput, ProblemCodes.Conflict],
        });
    }

    private static Task ListAsync(HttpContext context, RecordBook records, QuotaBook quotas)
    {
        var part = Part<TenantId>.Of(context);
        var rows = records.List(TenantRecord.Kind, null, part.After is { } after ? new TenantScoped<string>(after, after.Value) : null, part.Limit + 1);
        return Page.WriteAsync(context, rows, part.Limit, r => r.Id, (json, row) => json.WriteTenant(row.Tenant, Read(row), quotas.PlanOf(row.Tenant)));
    }

    private static async Task CreateAsync(HttpContext context, KeyBook keys, QuotaBook quotas, RecordBook records, LiveOptions options)
    {
        var body = await BodyFields.ReadAsync(context, options);
        var id = body.Value<TenantId>("id", "a tenant such as acme", required: true);
        var (tenant, plan) = Wanted(body);
        if (id == TenantId.Owner)
        {
            body.Fault("id", "'owner' is the owner's.");
        }

        body.End();
        var name = id!.Value;
        if (records.List(TenantRecord.Kind, null, null, options.Identity.Tenants).Count >= options.Identity.Tenants)
        {
            await Problem.WriteAsync(context, ProblemCodes.Conflict, "The mesh has as many tenants as it may.", "Raise identity.tenants.");
            return;
        }

        try
        {
            await records.PutAsync(tenant.ToRow(name, 1));
            var admin = PrincipalId.Parse("admin");
            if (records.Find(PrincipalRecord.Kind, name, admin.Value) is null)
            {
                await records.PutAsync(new PrincipalRecord("Admin", Roles: [Roles.Admin]).ToRow(name, admin, 1));
            }

            if (plan is not null)
            {
                await quotas.SetPlanAsync(name, plan);
            }

            var (first, _) = await keys.CreateFirstAsync(name, admin, context.Caller().Principal);
            context.Response.Headers.Location = $"/v1/tenants/{name}";
            await IdentityAnswers.SendAsync(context, StatusCodes.Status201Created, json => json.WriteTenant(name, tenant, quotas.PlanOf(name), first));
        }
        catch (StoreConflictException)
        {
            await Problem.WriteAsync(context, ProblemCodes.Conflict, $"There is a tenant '{name}' already.", "Change it with PUT /v1/tenants/ID.");
        }
    }

    private static Task GetAsync(HttpContext context, string text, IStore store, QuotaBook quotas) =>
        TenantId.TryParse(text, null, out var id) && TenantRecord.Find(store, id) is { } tenant
            ? IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json => json.WriteTenant(id, tenant, quotas.PlanOf(id)))
            : NotFoundAsync(context);

    private static async Task PutAsync(HttpContext context, string text, RecordBook records, QuotaBook quotas, LiveOptions options)
    {
        var body = await BodyFields.ReadAsync(context, options);
        var (tenant, plan) = Wanted(body);
        body.End();
        if (!TenantId.TryParse(text, null, out var id) || records.Find(TenantRecord.Kind, id, id.Value) is not { } stored)
        {
            await NotFoundAsync(context);
            return;
        }

        try
        {
            await records.PutAsync(tenant.ToRow(id, stored.Version + 1));
            await quotas.SetPlanAsync(id, plan);
            await IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json => json.WriteTenant(id, tenant, quotas.PlanOf(id)));
        }
        catch (StoreConflictException)
        {
            await Problem.WriteAsync(context, ProblemCodes.Conflict, "The tenant was changed at the same time.", "Look at it again, then decide anew.");
        }
    }

    private static (TenantRecord Tenant, QuotaPlan? Plan) Wanted(BodyFields body)
    {
        var tenant = new TenantRecord(body.Text("name", 100), body.Flag("disabled") ?? false, body.Number("limitMicros", -1_000_000_000_000_000, 0), (int?)body.Number("weight", 1, 1_000))
        {
            Labels = body.Labels("labels", 32),
        };
        if (body.Object("quota") is not { } quota)
        {
            return (tenant, null);
        }

        var numbers = QuotaPlan.Limits.Select(l => (int?)quota.Number(l.Name, 1, l.Most)).ToArray();
        quota.End();
        return (tenant, new QuotaPlan(numbers[0], numbers[1], numbers[2], numbers[3]));
    }

    private static TenantRecord Read(RecordRow row)
    {
        try
        {
            return TenantRecord.Read(row) ?? new(Disabled: true);
        }
        catch (JsonException)
        {
            return new(Disabled: true);
        }
    }

    private static Task NotFoundAsync(HttpContext context) => Problem.WriteAsync(context, ProblemCodes.NotFound, "There is no such tenant.", "GET /v1/tenants lists them.");
}
