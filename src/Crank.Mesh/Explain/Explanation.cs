using Crank.Core;
using Crank.Mesh.Rollouts;

namespace Crank.Mesh.Explain;

/// <summary>Why a job went where it went, made again from its receipt and the offer snapshot it names.</summary>
/// <param name="Receipt">The receipt.</param>
/// <param name="Again">The plan, made again; null when the receipt holds none.</param>
/// <param name="Agrees">True when the plan made again is the plan on the receipt.</param>
/// <param name="Share">Which share of a rollout chose the version; null when none had a say, or when only the receipt is at hand.</param>
public sealed record Explanation(Receipt Receipt, Plan? Again, bool Agrees, RolloutShare? Share = null);
