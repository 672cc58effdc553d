namespace Crank.Core;

/// <summary>What a queued job was promised when it was accepted: it was decided and priced again when it started, and runs within this or not at all.</summary>
/// <param name="Decision">The answer of the policy at acceptance; the receipt's own decision is the one that counted last.</param>
/// <param name="Ceiling">The most it would cost; held from then on.</param>
/// <param name="StartedAt">When it was decided and placed again; null when it ended before.</param>
public sealed record Promise(Decision Decision, Money Ceiling, DateTimeOffset? StartedAt);
