using System.Text.Json.Serialization;

namespace Crank.Mesh.Registry;

/// <summary>Where a registered service stands. The words are part of the HTTP face: append only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceState>))]
public enum ServiceState
{
    /// <summary>It joined and was not found healthy yet: nothing of it is offered.</summary>
    [JsonStringEnumMemberName("joining")]
    Joining = 0,

    /// <summary>Its offers are in the book.</summary>
    [JsonStringEnumMemberName("serving")]
    Serving = 1,

    /// <summary>Its checks failed as often as is allowed: its offers are out until it does them again.</summary>
    [JsonStringEnumMemberName("failing")]
    Failing = 2,

    /// <summary>It finishes what runs and takes nothing new.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining = 3,
}
