using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Where a job stands. Names and numbers are stored: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Money is held and the job is on disk; it runs or is about to.</summary>
    [JsonStringEnumMemberName("funded")]
    Funded = 0,

    /// <summary>A result was delivered and paid.</summary>
    [JsonStringEnumMemberName("done")]
    Done = 1,

    /// <summary>It ran and was not done.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed = 2,

    /// <summary>The caller took it back.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled = 3,

    /// <summary>A step of the path refused it; it never ran.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused = 4,

    /// <summary>Its deadline passed.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired = 5,

    /// <summary>The controller stopped while it ran; recovery closed it.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted = 6,

    /// <summary>It is accepted, with its price promised and the money for it held, and waits for its turn.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued = 7,
}
