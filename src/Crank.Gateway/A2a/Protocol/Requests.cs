using System.Text.Json;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>Asks for something to be done (A2A 1.0, section 3.1.1).</summary>
internal sealed record SendMessageRequest
{
    public string? Tenant { get; init; }

    public Message? Message { get; init; }

    public SendMessageConfiguration? Configuration { get; init; }

    public JsonElement? Metadata { get; init; }
}

internal sealed record SendMessageConfiguration
{
    public IReadOnlyList<string>? AcceptedOutputModes { get; init; }

    public TaskPushNotificationConfig? TaskPushNotificationConfig { get; init; }

    public int? HistoryLength { get; init; }

    public bool? ReturnImmediately { get; init; }
}

internal sealed record SendMessageResponse
{
    public AgentTask? Task { get; init; }

    public Message? Message { get; init; }
}

/// <summary>One event of a stream: exactly one member.</summary>
internal sealed record StreamResponse
{
    public AgentTask? Task { get; init; }

    public Message? Message { get; init; }

    public TaskStatusUpdateEvent? StatusUpdate { get; init; }

    public TaskArtifactUpdateEvent? ArtifactUpdate { get; init; }
}

internal sealed record GetTaskRequest
{
    public string? Tenant { get; init; }

    public string? Id { get; init; }

    public int? HistoryLength { get; init; }
}

internal sealed record ListTasksRequest
{
    public string? Tenant { get; init; }

    public string? ContextId { get; init; }

    public AgentTaskState? Status { get; init; }

    public int? PageSize { get; init; }

    public string? PageToken { get; init; }

    public int? HistoryLength { get; init; }

    public string? StatusTimestampAfter { get; init; }

    public bool? IncludeArtifacts { get; init; }
}

internal sealed record ListTasksResponse
{
    public IReadOnlyList<AgentTask>? Tasks { get; init; }

    public string? NextPageToken { get; init; }

    public int? PageSize { get; init; }

    public int? TotalSize { get; init; }
}

/// <summary>Names a task: for CancelTask and SubscribeToTask.</summary>
internal sealed record TaskRequest
{
    public string? Tenant { get; init; }

    public string? Id { get; init; }

    public JsonElement? Metadata { get; init; }
}

internal sealed record GetExtendedAgentCardRequest
{
    public string? Tenant { get; init; }
}

/// <summary>Where news of a task would be pushed to; not offered here.</summary>
internal sealed record TaskPushNotificationConfig
{
    public string? Tenant { get; init; }

    public string? Id { get; init; }

    public string? TaskId { get; init; }

    public string? Url { get; init; }

    public string? Token { get; init; }

    public AuthenticationInfo? Authentication { get; init; }
}

internal sealed record AuthenticationInfo
{
    public string? Scheme { get; init; }

    public string? Credentials { get; init; }
}
