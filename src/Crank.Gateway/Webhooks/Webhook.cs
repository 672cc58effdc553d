using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Storage;

namespace Crank.Gateway.Webhooks;

/// <summary>An address that wants to know when jobs of a tenant end. Its secrets lie sealed.</summary>
/// <param name="Id">Names it within its tenant.</param>
/// <param name="Url">Where events go.</param>
/// <param name="Events">The types it wants; empty for all.</param>
/// <param name="Secret">The sealed secret that signs.</param>
/// <param name="Old">The one before, which signs too until <paramref name="OldUntil"/>; null for none.</param>
/// <param name="OldUntil">Until when the old one signs.</param>
/// <param name="MadeAt">When it was made: jobs that ended before are not told.</param>
/// <param name="GoneAt">When its receiver answered 410 and it was switched off; null while it is on.</param>
internal sealed record Webhook(string Id, Uri Url, ImmutableArray<string> Events, byte[] Secret, byte[]? Old, DateTimeOffset? OldUntil, DateTimeOffset MadeAt, DateTimeOffset? GoneAt)
{
    public const string Kind = "webhook";

    /// <summary>What a type of event is called.</summary>
    public static string TypeOf(JobState state) => $"dev.crank.job.{state.ToString().ToLowerInvariant()}";

    /// <summary>Every type that there is.</summary>
    public static ImmutableArray<string> Types { get; } = [.. Enum.GetValues<JobState>().Where(s => s.IsTerminal()).Select(TypeOf)];

    /// <summary>What is stored; null when it cannot be read, which is a webhook that is told nothing.</summary>
    public static Webhook? Read(RecordRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Body, WebhookJson.Default.Webhook);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool Wants(string type) => GoneAt is null && (Events.IsEmpty || Events.Contains(type));
}
