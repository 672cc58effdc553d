using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Rest.Jobs;
using Crank.Mesh;

namespace Crank.Gateway.Webhooks;

/// <summary>The end of a job as a CloudEvent 1.0 in structured JSON mode.</summary>
internal static class CloudEvent
{
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The id of the event: a job ends once, so its id and its state name it for ever.</summary>
    public static string IdOf(JobSummary job) => $"{job.Id}.{JobJson.Word(job.State)}";

    public static JsonElement Of(string origin, TenantId tenant, JobSummary job) => Event(
        origin, tenant, IdOf(job), Webhook.TypeOf(job.State), job.FinishedAt ?? job.AcceptedAt, json =>
        {
            json.WriteString("subject", job.Id.ToString());
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            JobJson.Write(json, job);
        });

    /// <summary>The event that tries a webhook out.</summary>
    public static JsonElement Ping(string origin, TenantId tenant, string id, DateTimeOffset now) => Event(origin, tenant, id, "dev.crank.ping", now, _ => { });

    private static JsonElement Event(string origin, TenantId tenant, string id, string type, DateTimeOffset at, Action<Utf8JsonWriter> more)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", $"//{origin}/tenants/{tenant}");
            json.WriteString("type", type);
            json.WriteString("time", at.UtcDateTime);
            more(json);
            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
