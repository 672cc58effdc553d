using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Where a footprint's figure comes from. Names are in receipts: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FootprintTier>))]
public enum FootprintTier
{
    /// <summary>Nothing is known but that work was done: a default with wide bounds.</summary>
    [JsonStringEnumMemberName("default")]
    Default = 0,

    /// <summary>From CPU time and a power curve.</summary>
    [JsonStringEnumMemberName("modelled")]
    Modelled = 1,

    /// <summary>From hardware counters.</summary>
    [JsonStringEnumMemberName("measured")]
    Measured = 2,
}
