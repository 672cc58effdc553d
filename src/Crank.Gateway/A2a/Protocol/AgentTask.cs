using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>A task (A2A 1.0, section 4.1.1); here a job.</summary>
internal sealed record AgentTask
{
    public string? Id { get; init; }

    public string? ContextId { get; init; }

    public AgentTaskStatus? Status { get; init; }

    public IReadOnlyList<Artifact>? Artifacts { get; init; }

    public IReadOnlyList<Message>? History { get; init; }

    public JsonElement? Metadata { get; init; }
}

/// <summary>Where a task stands.</summary>
internal sealed record AgentTaskStatus
{
    public AgentTaskState? State { get; init; }

    public Message? Message { get; init; }

    public string? Timestamp { get; init; }
}

/// <summary>The states of a task, by the names that the protocol's JSON has for them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgentTaskState>))]
internal enum AgentTaskState
{
    [JsonStringEnumMemberName("TASK_STATE_UNSPECIFIED")]
    Unspecified,

    [JsonStringEnumMemberName("TASK_STATE_SUBMITTED")]
    Submitted,

    [JsonStringEnumMemberName("TASK_STATE_WORKING")]
    Working,

    [JsonStringEnumMemberName("TASK_STATE_COMPLETED")]
    Completed,

    [JsonStringEnumMemberName("TASK_STATE_FAILED")]
    Failed,

    [JsonStringEnumMemberName("TASK_STATE_CANCELED")]
    Canceled,

    [JsonStringEnumMemberName("TASK_STATE_INPUT_REQUIRED")]
    InputRequired,

    [JsonStringEnumMemberName("TASK_STATE_REJECTED")]
    Rejected,

    [JsonStringEnumMemberName("TASK_STATE_AUTH_REQUIRED")]
    AuthRequired,
}

/// <summary>What a task gave.</summary>
internal sealed record Artifact
{
    public string? ArtifactId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<Part>? Parts { get; init; }

    public JsonElement? Metadata { get; init; }

    public IReadOnlyList<string>? Extensions { get; init; }
}

/// <summary>News of a task's state.</summary>
internal sealed record TaskStatusUpdateEvent
{
    public string? TaskId { get; init; }

    public string? ContextId { get; init; }

    public AgentTaskStatus? Status { get; init; }

    public JsonElement? Metadata { get; init; }
}

/// <summary>News of what a task gave.</summary>
internal sealed record TaskArtifactUpdateEvent
{
    public string? TaskId { get; init; }

    public string? ContextId { get; init; }

    public Artifact? Artifact { get; init; }

    public bool? Append { get; init; }

    public bool? LastChunk { get; init; }

    public JsonElement? Metadata { get; init; }
}
