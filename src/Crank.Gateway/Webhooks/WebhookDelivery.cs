using System.Text.Json;
using Crank.Storage;

namespace Crank.Gateway.Webhooks;

/// <summary>One event on its way to one webhook.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Event">The id of the event, the same at every attempt.</param>
/// <param name="Body">The CloudEvent as it is sent.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextAt">When it is tried next; null when it failed for good.</param>
/// <param name="LastError">Why the last attempt failed; null before the first.</param>
internal sealed record WebhookDelivery(string Webhook, string Event, JsonElement Body, int Attempts, DateTimeOffset? NextAt, string? LastError)
{
    public const string Kind = "webhook-delivery";

    public string RecordId => $"{Webhook}/{Event}";

    /// <summary>What is stored; null when it cannot be read, which tells nobody anything and holds nobody up.</summary>
    public static WebhookDelivery? Read(RecordRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Body, WebhookJson.Default.WebhookDelivery);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
