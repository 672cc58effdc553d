using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Why an offer was not the first choice. Names are in receipts: append only, never reuse.</summary>
/// <remarks>When several apply, the one that is looked at first is reported: capability, expired, zone, node, isolation, currency, budget, deadline.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<LossReason>))]
public enum LossReason
{
    /// <summary>It is for another capability or an incompatible version.</summary>
    [JsonStringEnumMemberName("capability")]
    Capability = 0,

    /// <summary>It had expired.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired = 1,

    /// <summary>Its zone is not among those allowed, or unknown where zones are demanded.</summary>
    [JsonStringEnumMemberName("zone")]
    Zone = 2,

    /// <summary>Its isolation is weaker than demanded.</summary>
    [JsonStringEnumMemberName("isolation")]
    Isolation = 3,

    /// <summary>It asks for another currency than the budget or the account.</summary>
    [JsonStringEnumMemberName("currency")]
    Currency = 4,

    /// <summary>The most it can cost is over the budget or over a ceiling of the decision.</summary>
    [JsonStringEnumMemberName("budget")]
    Budget = 5,

    /// <summary>It is known to take longer than the deadline.</summary>
    [JsonStringEnumMemberName("deadline")]
    Deadline = 6,

    /// <summary>It fits, and another scored better.</summary>
    [JsonStringEnumMemberName("score")]
    Score = 7,

    /// <summary>The decision does not allow its node.</summary>
    [JsonStringEnumMemberName("node")]
    Node = 8,
}
