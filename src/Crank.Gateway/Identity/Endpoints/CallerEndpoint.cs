using Crank.Gateway.Contract;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Tells callers who they are: the first thing to ask when something is refused.</summary>
internal static class CallerEndpoint
{
    public static void MapCaller(this IEndpointRouteBuilder routes, QuotaBook quotas) =>
        routes.MapMethods("/v1/caller", Methods.Read, (HttpContext context) => AnswerAsync(context, quotas)).RequireCaller().Describe(new("getCaller", ContractTags.Identity, "Who is asking")
        {
            Description = "The tenant, principal, roles and scopes that the credential of this very request stands for. Needs no scope.",
            Answers = [new(200, "Who it is.", Content.Json("Caller"))],
        });

    private static Task AnswerAsync(HttpContext context, QuotaBook quotas)
    {
        var caller = context.Caller();
        return IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("tenant", caller.Tenant.Value);
            json.WriteString("principal", caller.Principal.Value);
            IdentityAnswers.Words(json, "roles", caller.Roles);
            IdentityAnswers.Words(json, "scopes", caller.Scopes.Order(StringComparer.Ordinal));
            json.WriteString("source", caller.Source);
            if (caller.Credential is not null)
            {
                json.WriteString("credential", caller.Credential);
            }

            json.WritePropertyName("quota");
            json.Write(quotas.PlanOf(caller.Tenant));
            json.WriteEndObject();
        });
    }
}
