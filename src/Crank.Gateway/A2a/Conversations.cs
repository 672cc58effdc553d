using System.Text.Json;
using Crank.Core;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Gateway.A2a;

/// <summary>Which conversation a task belongs to, and what was said to begin it. A job without such a record is a conversation of its own.</summary>
internal sealed class Conversations(RecordBook records, LiveOptions options, TimeProvider clock)
{
    private const string Kind = "a2a.task";
    private const int MaxMessage = 32 * 1024;

    public async Task RememberAsync(TenantId tenant, JobId job, string? contextId, Message message)
    {
        var said = message with { ContextId = contextId ?? job.ToString(), TaskId = job.ToString(), Parts = [.. message.Parts!.Select(WithoutBytes)] };
        var body = JsonSerializer.SerializeToUtf8Bytes(said, A2aJson.Default.Message);
        if (body.Length > MaxMessage)
        {
            body = JsonSerializer.SerializeToUtf8Bytes(said with { Parts = [new() { Text = "(too long to be kept)" }], Metadata = null }, A2aJson.Default.Message);
        }

        try
        {
            await records.PutAsync(new(Kind, tenant, job.ToString(), body, clock.GetUtcNow() + options.Agents.Conversation, 1));
        }
        catch (StoreConflictException)
        {
            // The same message came twice: what was said first stays.
        }
    }

    /// <summary>What was said to begin a task; null when it did not begin here, or is no longer known.</summary>
    public Message? Find(TenantId tenant, JobId job) =>
        records.Find(Kind, tenant, job.ToString()) is { } row && row.ExpiresAt > clock.GetUtcNow() ? JsonSerializer.Deserialize(row.Body, A2aJson.Default.Message) : null;

    /// <summary>The bytes themselves are kept as the job's input, or not at all.</summary>
    private static Part WithoutBytes(Part part) => part.Raw is null
        ? part
        : new() { Text = $"(file{(part.Filename is null ? "" : " " + PlainText.Of(part.Filename, 100))}, about {part.Raw.Length / 4 * 3:N0} bytes)", Filename = part.Filename, MediaType = part.MediaType };
}
