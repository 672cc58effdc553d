using System.Text.Json.Serialization;

namespace Crank.Mesh.Queue;

/// <summary>Which of a tenant's own jobs go first, and which are refused first when the queue fills up. Numbers are stored: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobPriority>))]
public enum JobPriority
{
    /// <summary>Behind the tenant's other jobs; taken while the queue is less than half full.</summary>
    [JsonStringEnumMemberName("low")]
    Low = 0,

    /// <summary>Taken while the queue is less than nine tenths full.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal = 1,

    /// <summary>Before the tenant's other jobs; taken while there is room at all.</summary>
    [JsonStringEnumMemberName("high")]
    High = 2,
}
