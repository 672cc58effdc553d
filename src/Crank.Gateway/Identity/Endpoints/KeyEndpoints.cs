using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>API keys of the caller's tenant.</summary>
internal static class KeyEndpoints
{
    private const string IdSchema = """{"type":"string","pattern":"^[0-7][0-9a-hjkmnp-tv-z]{25}$"}""";

    public static void MapKeys(this IEndpointRouteBuilder routes, KeyBook keys, LiveOptions options, TimeProvider clock)
    {
        routes.MapMethods("/v1/keys", Methods.Read, (HttpContext context) => ListAsync(context, keys, clock)).RequireScope(Scopes.KeysAdmin).Describe(new("listKeys", ContractTags.Identity, "List API keys")
        {
            Description = "The keys of the caller's tenant, oldest first; those that ended stay listed for 30 days. Secrets are never shown again.",
            Parameters = [.. Part<SortableId>.Parameters],
            Answers = [new(200, "The keys.", Content.Json("KeyList"))],
        });
        routes.MapPost("/v1/keys", (HttpContext context) => CreateAsync(context, keys, options)).RequireScope(Scopes.KeysAdmin).Describe(new("createKey", ContractTags.Identity, "Make an API key")
        {
            Description = "A key may do no more than its maker and its principal both may, and spends from its maker's budget when that has one. The answer is the only place where the key is shown.",
            Body = [Content.Json("NewKey", """{"principal":"builder","scopes":["jobs:write","jobs:read"],"expiresInDays":30,"name":"nightly build","budget":{"perDay":"0.50 EUR"}}""")],
            Answers = [new(201, "The key.", Content.Json("IssuedKey")) { Headers = [new("Location", "Where it is.")] }],
            Problems = [ProblemCodes.BadInput, ProblemCodes.Conflict],
        });
        routes.MapMethods("/v1/keys/{id}", Methods.Read, (HttpContext context, string id) => GetAsync(context, id, keys, clock)).RequireScope(Scopes.KeysAdmin).Describe(new("getKey", ContractTags.Identity, "See an API key")
        {
            Parameters = [Parameter.Path("id", "The key's id: the part between its first two underscores.", IdSchema)],
            Answers = [new(200, "The key, without its secret.", Content.Json("Key"))],
            Problems = [ProblemCodes.NotFound],
        });
        routes.MapDelete("/v1/keys/{id}", (HttpContext context, string id) => RevokeAsync(context, id, keys)).RequireScope(Scopes.KeysAdmin).Describe(new("revokeKey", ContractTags.Identity, "Revoke an API key")
        {
            Description = "When this answers, no request is authenticated by the key any more, and those that still run are cut off. Revoking twice is the same as once.",
            Parameters = [Parameter.Path("id", "The key's id.", IdSchema)],
            Answers = [new(204, "It is revoked.")],
            Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
        });
        routes.MapPost("/v1/keys/{id}/rotate", (HttpContext context, string id) => RotateAsync(context, id, keys, options)).RequireScope(Scopes.KeysAdmin).Describe(new("rotateKey", ContractTags.Identity, "Replace an API key")
        {
            Description = "A new key with the same principal and scopes; the old one stays good for the overlap, so that programs can change over.",
            Parameters = [Parameter.Path("id", "The key's id.", IdSchema)],
            Body = [Content.Json("""{"type":"object","properties":{"overlapHours":{"type":"integer","minimum":0,"maximum":720,"description":"How long the old key stays good; default as configured, one day."}},"additionalProperties":false}""", """{"overlapHours":24}""")],
            Answers = [new(201, "The new key.", Content.Json("IssuedKey")) { Headers = [new("Location", "Where it is.")] }],
            Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict, ProblemCodes.BadInput],
        });
    }

    private static Task ListAsync(HttpContext context, KeyBook keys, TimeProvider clock)
    {
        var (part, now) = (Part<SortableId>.Of(context), clock.GetUtcNow());
        return Page.WriteAsync(context, keys.List(context.Caller().Tenant, part.After, part.Limit + 1), part.Limit, k => k.Id.ToString(), (json, key) => json.Write(key, now, keys.SpentOf(key)));
    }

    private static async Task CreateAsync(HttpContext context, KeyBook keys, LiveOptions options)
    {
        var body = await BodyFields.ReadAsync(context, options);
        var principal = body.Value<PrincipalId>("principal", "a principal of the tenant, such as builder");
        var wanted = new NewKey(
            principal ?? context.Caller().Principal,
            body.Words("scopes", Scopes.All),
            body.Number("expiresInDays", 1, (long)options.Identity.MaxKeyLifetime.TotalDays) is { } days ? TimeSpan.FromDays(days) : null,
            body.Text("name", 100),
            Budget(body));
        body.End();
        var (key, fault) = await keys.CreateAsync(context.Caller(), wanted);
        await AnswerAsync(context, key, fault);
    }

    private static KeyBudget? Budget(BodyFields body)
    {
        if (body.Object("budget") is not { } fields)
        {
            return null;
        }

        var budget = new KeyBudget(fields.Value<Money>("perDay", "an amount such as 0.50 EUR"), fields.Value<Money>("total", "an amount such as 20 EUR"));
        fields.End();
        if (budget is { PerDay: null, Total: null })
        {
            body.Fault("budget", "It says 'perDay', 'total' or both.");
        }

        return budget;
    }

    private static Task GetAsync(HttpContext context, string text, KeyBook keys, TimeProvider clock) =>
        TryId(text, out var id) && keys.Of(context.Caller().Tenant, id) is { } key
            ? IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json => json.Write(key, clock.GetUtcNow(), keys.SpentOf(key)))
            : RefuseAsync(context, KeyFault.NotFound);

    private static async Task RevokeAsync(HttpContext context, string text, KeyBook keys)
    {
        var fault = TryId(text, out var id) ? await keys.RevokeAsync(context.Caller().Tenant, id) : KeyFault.NotFound;
        if (fault is { } why)
        {
            await RefuseAsync(context, why);
            return;
        }

        // After the answer: a key that revokes itself still gets it.
        var end = keys.Of(context.Caller().Tenant, id)?.End;
        context.Response.OnCompleted(() => end is null ? Task.CompletedTask : end.CancelAsync());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task RotateAsync(HttpContext context, string text, KeyBook keys, LiveOptions options)
    {
        var body = await BodyFields.ReadAsync(context, options);
        var overlap = body.Number("overlapHours", 0, 720);
        body.End();
        var (key, fault) = TryId(text, out var id)
            ? await keys.RotateAsync(context.Caller(), id, overlap is { } hours ? TimeSpan.FromHours(hours) : null)
            : (null, KeyFault.NotFound);
        await AnswerAsync(context, key, fault);
    }

    private static Task AnswerAsync(HttpContext context, IssuedKey? key, KeyFault? fault)
    {
        if (key is null)
        {
            return RefuseAsync(context, fault ?? KeyFault.NotFound);
        }

        context.Response.Headers.Location = $"/v1/keys/{key.Id}";
        return IdentityAnswers.SendAsync(context, StatusCodes.Status201Created, json => json.Write(key));
    }

    private static Task RefuseAsync(HttpContext context, KeyFault fault) => fault switch
    {
        KeyFault.NotFound => Problem.WriteAsync(context, ProblemCodes.NotFound, "There is no such key.", "GET /v1/keys lists the keys of this tenant."),
        KeyFault.NoPrincipal => Problem.WriteAsync(context, ProblemCodes.BadInput, "There is no such principal, or it is disabled.", "Add it with PUT /v1/principals/ID first.", [new("/principal", "It is a principal of this tenant.")]),
        KeyFault.TooMuch => Problem.WriteAsync(context, ProblemCodes.Forbidden, "A key may do no more than its maker and its principal both may.", "Leave 'scopes' out to get all that both may."),
        KeyFault.Budget => Problem.WriteAsync(
            context, ProblemCodes.BadInput, "A key cannot have that budget.", "Give amounts of the mesh's currency; leave 'budget' out when the key that asks has one, which is shared.", [new("/budget", "It is in the currency of the mesh and not below zero, and its maker has none.")]),
        KeyFault.Lifetime => Problem.WriteAsync(context, ProblemCodes.BadInput, "A key cannot live that long here.", "Ask for fewer days.", [new("/expiresInDays", "It is too long.")]),
        KeyFault.TooMany => Problem.WriteAsync(context, ProblemCodes.Conflict, "This tenant has as many keys as it may.", "Revoke some that are no longer used."),
        KeyFault.Ended => Problem.WriteAsync(context, ProblemCodes.Conflict, "This key has ended or was replaced already.", "Make a new one."),
        _ => Problem.WriteAsync(context, ProblemCodes.Conflict, "The key was changed at the same time.", "Look at it again, then decide anew."),
    };

    private static bool TryId(string text, out SortableId id)
    {
        id = default;
        return !text.Any(char.IsAsciiLetterUpper) && SortableId.TryParse(text.ToUpperInvariant(), null, out id);
    }
}
