using Crank.Core;

namespace Crank.Market;

/// <summary>Ranks offers for a job. Pure: equal inputs give equal scores, with no clock and no I/O.</summary>
public interface IScorer
{
    /// <summary>1 to 31 characters of <c>a-z 0-9 -</c>; used in terms and on receipts, never given a second meaning.</summary>
    string Name { get; }

    /// <summary>Scores one offer that fits the terms.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="ceiling">The most this job can cost there.</param>
    /// <param name="unknown">What to count where the offer gives no figure.</param>
    /// <returns>A finite number; lower is better; not comparable between scorers.</returns>
    double Score(Offer offer, Money ceiling, Risk unknown);
}
