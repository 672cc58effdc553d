namespace Crank.Core;

/// <summary>One try of a job on one offer.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Offer">The offer that was tried.</param>
/// <param name="Node">The machine.</param>
/// <param name="Worker">The worker; null when none took it.</param>
/// <param name="Isolation">The isolation that was proved there.</param>
/// <param name="StartedAt">When it was dispatched.</param>
/// <param name="Took">Wall time until it ended.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">The typed error when it was not done.</param>
public sealed record Attempt(
    int Number,
    OfferId Offer,
    NodeId Node,
    WorkerId? Worker,
    Isolation Isolation,
    DateTimeOffset StartedAt,
    Duration Took,
    Outcome Outcome,
    ErrorCode? Error);
