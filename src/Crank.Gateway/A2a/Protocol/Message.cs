using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>One turn of a conversation (A2A 1.0, section 4.1.4).</summary>
internal sealed record Message
{
    public string? MessageId { get; init; }

    public string? ContextId { get; init; }

    public string? TaskId { get; init; }

    public Role? Role { get; init; }

    public IReadOnlyList<Part>? Parts { get; init; }

    public JsonElement? Metadata { get; init; }

    public IReadOnlyList<string>? Extensions { get; init; }

    public IReadOnlyList<string>? ReferenceTaskIds { get; init; }
}

/// <summary>Who speaks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
internal enum Role
{
    [JsonStringEnumMemberName("ROLE_UNSPECIFIED")]
    Unspecified,

    [JsonStringEnumMemberName("ROLE_USER")]
    User,

    [JsonStringEnumMemberName("ROLE_AGENT")]
    Agent,
}

/// <summary>A piece of a message or artifact: exactly one of text, raw, url and data.</summary>
internal sealed record Part
{
    public string? Text { get; init; }

    /// <summary>Bytes in base64.</summary>
    public string? Raw { get; init; }

    public string? Url { get; init; }

    public JsonElement? Data { get; init; }

    public JsonElement? Metadata { get; init; }

    public string? Filename { get; init; }

    public string? MediaType { get; init; }
}
