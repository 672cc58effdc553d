using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Webhooks;

/// <summary><c>/v1/webhooks</c>: where a tenant wants to be told that its jobs ended.</summary>
internal sealed class WebhookEndpoints(WebhookBook book, WebhookEngine engine, EgressGuard guard, RecordBook records, GatewayParts parts, LiveOptions options)
{
    private const int MaxUrl = 2048;
    private const int MaxDeliveries = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/webhooks", ListAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.List);
        routes.MapPost("/v1/webhooks", CreateAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Create);
        routes.MapGet("/v1/webhooks/{id}", GetAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Get);
        routes.MapDelete("/v1/webhooks/{id}", RemoveAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Remove);
        routes.MapPost("/v1/webhooks/{id}/rotate", RotateAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Rotate);
        routes.MapPost("/v1/webhooks/{id}/ping", PingAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Ping);
        routes.MapGet("/v1/webhooks/{id}/deliveries", DeliveriesAsync).RequireScope(Scopes.WebhooksAdmin).Describe(WebhookOperations.Deliveries);
    }

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context);
        return AnswerAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var (webhook, _) in book.Of(context.Caller().Tenant))
            {
                Write(json, webhook, null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task CreateAsync(HttpContext context)
    {
        Query.Only(context);
        var body = await BodyFields.ReadAsync(context, options);
        var text = body.Text("url", MaxUrl, required: true);
        var events = body.Words("events", Webhook.Types.ToHashSet(StringComparer.Ordinal));
        body.End();
        var fault = !Uri.TryCreate(text, UriKind.Absolute, out var url) ? "It is not an absolute URL." : guard.Refuse(url);
        if (fault is not null)
        {
            throw new BadRequestException(ProblemCodes.BadInput, $"This address cannot be a webhook: {fault}", "Give a public https address.", [new("/url", fault)]);
        }

        if (await book.AddAsync(context.Caller().Tenant, url!, events.IsDefault ? [] : events) is not { } made)
        {
            throw new BadRequestException(ProblemCodes.Conflict, $"This tenant has {options.Webhooks.PerTenant} webhooks, which is as many as it may.", "Remove one first.");
        }

        context.Response.Headers.Location = $"/v1/webhooks/{made.Webhook.Id}";
        await AnswerAsync(context, StatusCodes.Status201Created, json => Write(json, made.Webhook, made.Secret));
    }

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        var webhook = Find(context);
        return AnswerAsync(context, StatusCodes.Status200OK, json => Write(json, webhook, null));
    }

    private async Task RemoveAsync(HttpContext context)
    {
        Query.Only(context);
        if (!await book.RemoveAsync(context.Caller().Tenant, IdOf(context)))
        {
            throw NotThere(context);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RotateAsync(HttpContext context)
    {
        Query.Only(context);
        var rotated = await book.RotateAsync(context.Caller().Tenant, IdOf(context)) ?? throw NotThere(context);
        await AnswerAsync(context, StatusCodes.Status200OK, json => Write(json, rotated.Webhook, rotated.Secret));
    }

    private async Task PingAsync(HttpContext context)
    {
        Query.Only(context);
        var (tenant, webhook, now) = (context.Caller().Tenant, Find(context), parts.Clock.GetUtcNow());
        var id = $"ping.{webhook.Id}.{now.ToUnixTimeMilliseconds()}";
        await engine.PingAsync(tenant, new(webhook.Id, id, CloudEvent.Ping(parts.Controller.Key.Name, tenant, id, now), 0, now, null));
        await AnswerAsync(context, StatusCodes.Status202Accepted, json =>
        {
            json.WriteStartObject();
            json.WriteString("event", id);
            json.WriteEndObject();
        });
    }

    private Task DeliveriesAsync(HttpContext context)
    {
        Query.Only(context);
        var (tenant, webhook) = (context.Caller().Tenant, Find(context));
        return AnswerAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            var rows = records.List(WebhookDelivery.Kind, tenant, new(tenant, webhook.Id + "/"), MaxDeliveries);
            foreach (var delivery in rows.Where(r => r.Id.StartsWith(webhook.Id + "/", StringComparison.Ordinal)).Select(WebhookDelivery.Read).OfType<WebhookDelivery>())
            {
                json.WriteStartObject();
                json.WriteString("event", delivery.Event);
                json.WriteString("state", delivery.NextAt is null ? "failed" : "pending");
                json.WriteNumber("attempts", delivery.Attempts);
                if (delivery.NextAt is { } next)
                {
                    json.WriteString("nextAt", next.UtcDateTime);
                }

                if (delivery.LastError is { } error)
                {
                    json.WriteString("lastError", error);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Webhook Find(HttpContext context) => book.Find(context.Caller().Tenant, IdOf(context)) ?? throw NotThere(context);

    private static string IdOf(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static BadRequestException NotThere(HttpContext context) => new(ProblemCodes.NotFound, $"There is no webhook '{IdOf(context)}' of yours.", "See /v1/webhooks.");

    private static Task AnswerAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, status, write);
    }

    private static void Write(Utf8JsonWriter json, Webhook webhook, string? secret)
    {
        json.WriteStartObject();
        json.WriteString("id", webhook.Id);
        json.WriteString("url", webhook.Url.ToString());
        json.WriteStartArray("events");
        foreach (var type in webhook.Events.IsEmpty ? Webhook.Types : webhook.Events)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        json.WriteString("madeAt", webhook.MadeAt.UtcDateTime);
        json.WriteBoolean("active", webhook.GoneAt is null);
        if (webhook.OldUntil is { } until)
        {
            json.WriteString("oldSecretUntil", until.UtcDateTime);
        }

        if (secret is not null)
        {
            json.WriteString("secret", secret);
        }

        json.WriteEndObject();
    }
}
