namespace Crank.Core;

/// <summary>An offer that fits the terms, with what the scorer thought of it.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Node">The machine.</param>
/// <param name="Ceiling">The most this job can cost there.</param>
/// <param name="Score">Lower is better; not comparable between scorers.</param>
public sealed record Candidate(OfferId Offer, NodeId Node, Money Ceiling, double Score);
