using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Jobs;
using Crank.Mesh.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Mesh;

/// <summary>What a tenant used, paid and emitted: <c>GET /v1/usage</c> and <c>GET /v1/carbon</c>.</summary>
internal sealed class UsageEndpoints(GatewayParts parts)
{
    private static readonly TimeSpan s_standard = TimeSpan.FromDays(30);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/usage", Methods.Read, UsageAsync).RequireScope(Scopes.UsageRead).Describe(MeshOperations.Usage);
        routes.MapMethods("/v1/carbon", Methods.Read, CarbonAsync).RequireScope(Scopes.UsageRead).Describe(MeshOperations.Carbon);
    }

    private Task UsageAsync(HttpContext context)
    {
        var (from, to, lines) = Read(context);
        var balance = parts.Controller.Balance(context.Caller().Tenant);
        return AnswerAsync(context, from, to, json =>
        {
            json.WriteNumber("jobs", lines.Sum(l => l.Jobs));
            json.WriteString("charged", lines.Aggregate(Money.Zero(parts.Controller.Currency), (sum, l) => sum + l.Charged).ToString());
            if (balance is not null)
            {
                json.WriteStartObject("account");
                json.WriteString("account", balance.Account.ToString());
                json.WriteString("balance", balance.Balance.ToString());
                json.WriteString("held", balance.Held.ToString());
                json.WriteString("limit", balance.Limit.ToString());
                json.WriteString("spendable", balance.Spendable.ToString());
                json.WriteEndObject();
            }

            json.WriteStartArray("items");
            foreach (var line in lines)
            {
                json.WriteStartObject();
                json.WriteString("capability", line.Capability.ToString());
                json.WriteString("state", JobJson.Word(line.State));
                json.WriteNumber("jobs", line.Jobs);
                json.WriteString("charged", line.Charged.ToString());
                json.WriteNumber("joules", line.Energy.Value);
                json.WriteNumber("gramsCo2e", line.Carbon.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private Task CarbonAsync(HttpContext context)
    {
        var (from, to, lines) = Read(context);
        return AnswerAsync(context, from, to, json =>
        {
            WriteFootprint(json, lines);
            json.WriteStartArray("items");
            foreach (var capability in lines.GroupBy(l => l.Capability))
            {
                json.WriteStartObject();
                json.WriteString("capability", capability.Key.ToString());
                WriteFootprint(json, [.. capability]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private (DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageLine> Lines) Read(HttpContext context)
    {
        Query.Only(context, "from", "to");
        var to = Query.Time(context, "to") ?? parts.Clock.GetUtcNow();
        var from = Query.Time(context, "from") ?? (to - DateTimeOffset.MinValue > s_standard ? to - s_standard : DateTimeOffset.MinValue);
        return from <= to ? (from, to, parts.Controller.Usage(context.Caller().Tenant, from, to)) : throw Query.Wrong("'from' is later than 'to'.", "");
    }

    private static void WriteFootprint(Utf8JsonWriter json, IReadOnlyList<UsageLine> lines)
    {
        var jobs = lines.Sum(l => l.Jobs);
        var grams = lines.Sum(l => l.Carbon.Value);
        json.WriteNumber("jobs", jobs);
        json.WriteNumber("joules", lines.Sum(l => l.Energy.Value));
        json.WriteNumber("gramsCo2e", grams);
        json.WriteNumber("gramsCo2ePerJob", jobs == 0 ? 0 : grams / jobs);
    }

    private static Task AnswerAsync(HttpContext context, DateTimeOffset from, DateTimeOffset to, Action<Utf8JsonWriter> write)
    {
        context.Response.Headers.CacheControl = "private, no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("from", from.UtcDateTime);
            json.WriteString("to", to.UtcDateTime);
            write(json);
            json.WriteEndObject();
        });
    }
}
