using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>How a job or an attempt ended. Names are in receipts: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>Nobody knows yet: reconciled by key, never run or paid again under a new one.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown = 0,

    /// <summary>Done, and the result was delivered.</summary>
    [JsonStringEnumMemberName("done")]
    Done = 1,

    /// <summary>Not done: nothing was delivered, nothing is paid.</summary>
    [JsonStringEnumMemberName("not-done")]
    NotDone = 2,
}
