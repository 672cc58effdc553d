namespace Crank.Core;

/// <summary>An offer that was considered and not chosen first.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Node">The machine.</param>
/// <param name="Reason">Why it lost.</param>
/// <param name="Detail">The figures behind it, e.g. <c>0.02 EUR is over the budget of 0.01 EUR</c>.</param>
public sealed record Loser(OfferId Offer, NodeId Node, LossReason Reason, string Detail);
