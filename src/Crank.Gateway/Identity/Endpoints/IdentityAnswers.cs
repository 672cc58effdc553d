using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Tenants;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Writes keys, principals and tenants as JSON.</summary>
internal static class IdentityAnswers
{
    /// <summary>An answer that no cache keeps.</summary>
    public static Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, status, write);
    }

    public static void Write(this Utf8JsonWriter json, KnownKey key, DateTimeOffset now, PurseRecord? spent)
    {
        var record = key.Record;
        json.WriteStartObject();
        json.WriteString("id", key.Text);
        json.WriteString("principal", record.Principal.Value);
        if (record.Name is not null)
        {
            json.WriteString("name", record.Name);
        }

        json.WriteString("state", record.RevokedAt is not null ? "revoked" : record.IsGood(now) ? record.ReplacedBy is null ? "good" : "replaced" : "expired");
        Words(json, "scopes", record.Scopes);
        json.WriteString("createdAt", record.CreatedAt.UtcDateTime);
        json.WriteString("createdBy", record.CreatedBy.Value);
        json.WriteString("expiresAt", record.ExpiresAt.UtcDateTime);
        if (record.RevokedAt is { } revoked)
        {
            json.WriteString("revokedAt", revoked.UtcDateTime);
        }

        if (record.ReplacedBy is { } other)
        {
            json.WriteString("replacedBy", KnownKey.TextOf(other));
        }

        if (record.Budget is { } budget)
        {
            json.WriteStartObject("budget");
            if (budget.PerDay is { } perDay)
            {
                json.WriteString("perDay", perDay.ToString());
                json.WriteString("spentToday", (perDay with { Micros = spent?.On(DateOnly.FromDateTime(now.UtcDateTime)) ?? 0 }).ToString());
            }

            if (budget.Total is { } total)
            {
                json.WriteString("total", total.ToString());
            }

            json.WriteString("spent", new Money(spent?.TotalMicros ?? 0, (budget.PerDay ?? budget.Total)!.Value.Currency).ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, IssuedKey key)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        json.WriteString("key", key.Key.Reveal());
        json.WriteString("principal", key.Principal.Value);
        Words(json, "scopes", key.Scopes);
        json.WriteString("expiresAt", key.ExpiresAt.UtcDateTime);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, string id, PrincipalRecord principal)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        if (principal.Name is not null)
        {
            json.WriteString("name", principal.Name);
        }

        json.WriteBoolean("disabled", principal.Disabled);
        if (principal.Roles is { IsDefault: false } roles)
        {
            Words(json, "roles", roles);
        }

        if (principal.Calls is { IsDefault: false } calls)
        {
            Words(json, "calls", calls);
        }

        json.WriteEndObject();
    }

    public static void WriteTenant(this Utf8JsonWriter json, TenantId id, TenantRecord tenant, QuotaPlan plan, IssuedKey? first = null)
    {
        json.WriteStartObject();
        json.WriteString("id", id.Value);
        if (tenant.Name is not null)
        {
            json.WriteString("name", tenant.Name);
        }

        json.WriteBoolean("disabled", tenant.Disabled);
        if (tenant.LimitMicros is { } limit)
        {
            json.WriteNumber("limitMicros", limit);
        }

        json.WriteNumber("weight", tenant.Weight ?? 1);
        if (tenant.Labels is { IsEmpty: false } labels)
        {
            json.WriteStartObject("labels");
            foreach (var (name, value) in labels)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WritePropertyName("quota");
        json.Write(plan);
        if (first is not null)
        {
            json.WritePropertyName("firstKey");
            json.Write(first);
        }

        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, QuotaPlan plan)
    {
        json.WriteStartObject();
        foreach (var (name, number) in ((string, int?)[])[("perSecond", plan.PerSecond), ("perMinute", plan.PerMinute), ("perDay", plan.PerDay), ("concurrent", plan.Concurrent)])
        {
            if (number is { } limit)
            {
                json.WriteNumber(name, limit);
            }
        }

        json.WriteEndObject();
    }

    public static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}
