using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Govern;
using Crank.Mesh.Records;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Principals of the caller's tenant: people, agents and workloads that may act in it.</summary>
internal static class PrincipalEndpoints
{
    private const int MaxCalls = 64;
    private const string IdSchema = """{"type":"string","pattern":"^[a-z0-9][a-z0-9._:-]{0,126}$"}""";

    public static void MapPrincipals(this IEndpointRouteBuilder routes, RecordBook records, IStore store, LiveOptions options)
    {
        routes.MapMethods("/v1/principals", Methods.Read, (HttpContext context) => ListAsync(context, records)).RequireScope(Scopes.KeysAdmin).Describe(new("listPrincipals", ContractTags.Identity, "List principals")
        {
            Parameters = [.. Part<PrincipalId>.Parameters],
            Answers = [new(200, "The principals of the caller's tenant, by id.", Content.Json("PrincipalList"))],
        });
        routes.MapMethods("/v1/principals/{id}", Methods.Read, (HttpContext context, string id) => GetAsync(context, id, store)).RequireScope(Scopes.KeysAdmin).Describe(new("getPrincipal", ContractTags.Identity, "See a principal")
        {
            Parameters = [Parameter.Path("id", "The principal.", IdSchema, "builder")],
            Answers = [new(200, "The principal.", Content.Json("Principal"))],
            Problems = [ProblemCodes.NotFound],
        });
        routes.MapPut("/v1/principals/{id}", (HttpContext context, string id) => PutAsync(context, id, records, store, options)).RequireScope(Scopes.KeysAdmin).Describe(new("putPrincipal", ContractTags.Identity, "Add or change a principal")
        {
            Description = "A disabled principal does nothing from the next request on, whatever credentials it has. Roles above the caller's own cannot be given.",
            Parameters = [Parameter.Path("id", "The principal: an opaque name of the tenant's choice; persons are better not named by it.", IdSchema, "builder")],
            Body = [Content.Json("PrincipalBody", """{"roles":["agent"],"name":"Nightly build"}""")],
            Answers = [new(200, "It is changed.", Content.Json("Principal")), new(201, "It is added.", Content.Json("Principal"))],
            Problems = [ProblemCodes.BadInput, ProblemCodes.Conflict],
        });
        routes.MapDelete("/v1/principals/{id}", (HttpContext context, string id) => RemoveAsync(context, id, records)).RequireScope(Scopes.KeysAdmin).Describe(new("removePrincipal", ContractTags.Identity, "Remove a principal")
        {
            Description = "Its keys, tokens and certificates open nothing from the next request on.",
            Parameters = [Parameter.Path("id", "The principal.", IdSchema, "builder")],
            Answers = [new(204, "It is removed.")],
            Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
        });
    }

    private static Task ListAsync(HttpContext context, RecordBook records)
    {
        var (part, tenant) = (Part<PrincipalId>.Of(context), context.Caller().Tenant);
        var rows = records.List(PrincipalRecord.Kind, tenant, part.After is { } after ? new TenantScoped<string>(tenant, after.Value) : null, part.Limit + 1);
        return Page.WriteAsync(context, rows, part.Limit, r => r.Id, (json, row) => json.Write(row.Id, Read(row)));
    }

    private static Task GetAsync(HttpContext context, string text, IStore store) =>
        PrincipalId.TryParse(text, null, out var id) && PrincipalRecord.Find(store, context.Caller().Tenant, id) is { } principal
            ? IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json => json.Write(id.Value, principal))
            : NotFoundAsync(context);

    private static async Task PutAsync(HttpContext context, string text, RecordBook records, IStore store, LiveOptions options)
    {
        var caller = context.Caller();
        var body = await BodyFields.ReadAsync(context, options);
        var roles = body.Words("roles", RoleScopes.Known);
        var wanted = new PrincipalRecord(body.Text("name", 100), body.Flag("disabled") ?? false, roles.IsDefault ? null : roles)
        {
            Calls = body.Values<CapabilityPattern>("calls", MaxCalls, CapabilityPattern.Form) is { IsDefault: false } calls ? [.. calls.Select(c => c.ToString())] : null,
        };
        body.End();
        if (!PrincipalId.TryParse(text, null, out var id) || text.Contains('/', StringComparison.Ordinal) || (caller.Tenant == TenantId.Owner && id == PrincipalId.Owner))
        {
            await Problem.WriteAsync(context, ProblemCodes.BadInput, $"'{(text.Length <= 60 ? text : text[..60] + "…")}' cannot be a principal here.", "Use a-z, 0-9, '.', '-', '_' and ':', such as builder; 'owner' is the owner's.");
            return;
        }

        var stored = records.Find(PrincipalRecord.Kind, caller.Tenant, id.Value);
        ImmutableArray<string> changed = [.. roles.IsDefault ? [] : roles, .. stored is null ? [] : Read(stored).Roles ?? []];
        if (!RoleScopes.Of(caller.Tenant, changed).IsSubsetOf(caller.Scopes))
        {
            await Problem.WriteAsync(context, ProblemCodes.Forbidden, "Roles above the caller's own can neither be given nor taken.", "Ask somebody who has them.");
            return;
        }

        if (stored is null && records.List(PrincipalRecord.Kind, caller.Tenant, null, options.Identity.PrincipalsPerTenant).Count >= options.Identity.PrincipalsPerTenant)
        {
            await Problem.WriteAsync(context, ProblemCodes.Conflict, "This tenant has as many principals as it may.", "Remove some that are no longer used.");
            return;
        }

        try
        {
            await records.PutAsync(wanted.ToRow(caller.Tenant, id, (stored?.Version ?? 0) + 1));
            await IdentityAnswers.SendAsync(context, stored is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, json => json.Write(id.Value, wanted));
        }
        catch (StoreConflictException)
        {
            await ChangedAsync(context);
        }
    }

    private static async Task RemoveAsync(HttpContext context, string id, RecordBook records)
    {
        var caller = context.Caller();
        if (!PrincipalId.TryParse(id, null, out _) || records.Find(PrincipalRecord.Kind, caller.Tenant, id) is not { } stored)
        {
            await NotFoundAsync(context);
            return;
        }

        if (!RoleScopes.Of(caller.Tenant, Read(stored).Roles ?? []).IsSubsetOf(caller.Scopes))
        {
            await Problem.WriteAsync(context, ProblemCodes.Forbidden, "A principal with roles above the caller's own cannot be removed.", "Ask somebody who has them.");
            return;
        }

        try
        {
            await records.RemoveAsync(PrincipalRecord.Kind, caller.Tenant, id, stored.Version);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (StoreConflictException)
        {
            await ChangedAsync(context);
        }
    }

    /// <summary>A body that cannot be read is a principal without roles that does nothing.</summary>
    private static PrincipalRecord Read(RecordRow row)
    {
        try
        {
            return PrincipalRecord.Read(row) ?? new(Disabled: true);
        }
        catch (JsonException)
        {
            return new(Disabled: true);
        }
    }

    private static Task NotFoundAsync(HttpContext context) => Problem.WriteAsync(context, ProblemCodes.NotFound, "There is no such principal.", "GET /v1/principals lists those of this tenant.");

    private static Task ChangedAsync(HttpContext context) => Problem.WriteAsync(context, ProblemCodes.Conflict, "The principal was changed at the same time.", "Look at it again, then decide anew.");
}
