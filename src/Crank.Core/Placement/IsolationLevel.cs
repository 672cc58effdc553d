using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>How strong an isolation is. Numbers are on the wire and in receipts: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IsolationLevel>))]
public enum IsolationLevel
{
    /// <summary>In the controller's own process.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>A process with limits, without a filter of system calls.</summary>
    [JsonStringEnumMemberName("weak")]
    Weak = 1,

    /// <summary>A filter of system calls, but no view of files of its own.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium = 2,

    /// <summary>A filter of system calls and files confined by landlock.</summary>
    [JsonStringEnumMemberName("strong")]
    Strong = 3,

    /// <summary>Strong, and namespaces or a control group around it.</summary>
    [JsonStringEnumMemberName("strong+")]
    StrongPlus = 4,
}
