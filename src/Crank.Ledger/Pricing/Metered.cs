using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>What a job is charged for what it used.</summary>
/// <param name="Lines">One line per priced unit that was used.</param>
/// <param name="Total">Their sum; never above the ceiling.</param>
/// <param name="Clamped">Units of which more was used than the declared maximum; the excess is not charged.</param>
public sealed record Metered(ImmutableArray<ChargeLine> Lines, Money Total, ImmutableArray<Unit> Clamped);
