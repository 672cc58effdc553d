using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Run;

namespace Crank.Gateway.A2a;

/// <summary>Jobs as tasks.</summary>
internal sealed class AgentTasks(JobReader jobs, Conversations conversations, LiveOptions options)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A job of the caller's tenant as a task; null when there is none of that id.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="job">The job.</param>
    /// <param name="history">How many messages of the conversation to show; null for all.</param>
    /// <param name="withArtifacts">Whether to show what it delivered.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    public async Task<AgentTask?> FindAsync(Caller caller, JobId job, int? history, bool withArtifacts, CancellationToken cancellationToken) =>
        jobs.Find(caller, job) is { } summary ? await OfAsync(caller, summary, history, withArtifacts, cancellationToken) : null;

    /// <inheritdoc cref="FindAsync" />
    public async Task<AgentTask> OfAsync(Caller caller, JobSummary job, int? history, bool withArtifacts, CancellationToken cancellationToken)
    {
        var said = conversations.Find(caller.Tenant, job.Id);
        var report = job.State.IsTerminal() && (withArtifacts || job.State != JobState.Done) ? jobs.Report(caller, job.Id) : null;
        return new()
        {
            Id = job.Id.ToString(),
            ContextId = said?.ContextId ?? job.Id.ToString(),
            Status = StatusOf(job.Id, job.State, job.FinishedAt ?? job.AcceptedAt, report?.Refusal),
            Artifacts = withArtifacts && report?.Delivery is { } delivery ? [await ArtifactAsync(job.Id, delivery, cancellationToken)] : null,
            History = said is not null && history != 0 ? [said] : null,
            Metadata = MetadataOf(job),
        };
    }

    public string ContextOf(Caller caller, JobId job) => conversations.Find(caller.Tenant, job)?.ContextId ?? job.ToString();

    public static AgentTaskState StateOf(JobState state) => state switch
    {
        JobState.Queued => AgentTaskState.Submitted,
        JobState.Funded => AgentTaskState.Working,
        JobState.Done => AgentTaskState.Completed,
        JobState.Cancelled => AgentTaskState.Canceled,
        JobState.Refused => AgentTaskState.Rejected,
        _ => AgentTaskState.Failed,
    };

    public static AgentTaskStatus StatusOf(JobId job, JobState state, DateTimeOffset at, Refusal? refusal, string? note = null)
    {
        var text = refusal is null ? note : $"{refusal.Code}: {refusal.Message}{(refusal.Try.Length == 0 ? "" : "\nTry: " + refusal.Try)}";
        return new()
        {
            State = StateOf(state),
            Timestamp = Time(at),
            Message = text is null ? null : new() { MessageId = $"{job}-status", TaskId = job.ToString(), Role = Role.Agent, Parts = [new() { Text = text }] },
        };
    }

    /// <summary>What a job delivered: its output as data, then its files.</summary>
    public async Task<Artifact> ArtifactAsync(JobId job, Delivery delivery, CancellationToken cancellationToken)
    {
        List<Part> parts = [new() { Data = JsonElement.Parse(delivery.Json.Span), MediaType = "application/json" }];
        foreach (var (digest, blob) in delivery.Blobs.OrderBy(b => b.Key.Hex, StringComparer.Ordinal))
        {
            parts.Add(await PartAsync(JobReader.FileUri(job, digest), JobReader.FileOf(blob), cancellationToken));
        }

        return new() { ArtifactId = $"{job}-result", Name = "result", Parts = parts };
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonElement MetadataOf(JobSummary job)
    {
        var metadata = new JsonObject { ["dev.crank/capability"] = job.Capability.ToString() };
        if (job.State.IsTerminal())
        {
            metadata["dev.crank/receipt"] = JobReader.ReceiptUri(job.Id);
            metadata["dev.crank/charged"] = job.Charged.ToString();
        }

        if (job.Error is { } error)
        {
            metadata["dev.crank/code"] = error.Value;
        }

        return JsonSerializer.SerializeToElement(metadata);
    }

    /// <summary>Inside the answer when it is small, else its address; the address always, for the next message.</summary>
    private async Task<Part> PartAsync(string uri, AgentFile file, CancellationToken cancellationToken)
    {
        if (file.Length > options.Agents.InlineOutput)
        {
            return new() { Url = uri, MediaType = file.MediaType };
        }

        var content = await file.ReadAsync(cancellationToken);
        var address = JsonSerializer.SerializeToElement(new JsonObject { ["dev.crank/uri"] = uri });
        try
        {
            return file.MediaType.StartsWith("text/", StringComparison.Ordinal)
                ? new() { Text = s_strict.GetString(content), MediaType = file.MediaType, Metadata = address }
                : new() { Raw = Convert.ToBase64String(content), MediaType = file.MediaType, Metadata = address };
        }
        catch (DecoderFallbackException)
        {
            return new() { Raw = Convert.ToBase64String(content), MediaType = file.MediaType, Metadata = address };
        }
    }
}
