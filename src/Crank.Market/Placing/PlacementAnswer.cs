using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Market;

/// <summary>What Place says: a plan, or why there is none.</summary>
public abstract record PlacementAnswer
{
    private PlacementAnswer()
    {
    }

    /// <summary>Offers fit.</summary>
    /// <param name="Plan">The offers to try, best first, and why the others lost.</param>
    public sealed record Placed(Plan Plan) : PlacementAnswer;

    /// <summary>Nobody offers the capability now; trying later may help. Code <c>no-offer</c>.</summary>
    /// <param name="Why">What was asked, for people.</param>
    public sealed record NoOffer(string Why) : PlacementAnswer
    {
        /// <summary><c>no-offer</c>.</summary>
        public static ErrorCode Code { get; } = ErrorCode.Parse("no-offer");
    }

    /// <summary>It is offered, but not within the terms; other terms would help. Code <c>none-within-terms</c>.</summary>
    /// <param name="Why">The counts by reason, for people.</param>
    /// <param name="Losers">The first 16 losers, in the order of the snapshot.</param>
    /// <param name="Losses">How many lost for each reason.</param>
    public sealed record NoneWithinTerms(string Why, ImmutableArray<Loser> Losers, ImmutableSortedDictionary<LossReason, int> Losses) : PlacementAnswer
    {
        /// <summary><c>none-within-terms</c>.</summary>
        public static ErrorCode Code { get; } = ErrorCode.Parse("none-within-terms");
    }

    /// <summary>The preference names a scorer that nobody knows: a mistake of the caller. Code <c>unknown-scorer</c>.</summary>
    /// <param name="Why">The name, and the names that are known.</param>
    public sealed record UnknownScorer(string Why) : PlacementAnswer
    {
        /// <summary><c>unknown-scorer</c>.</summary>
        public static ErrorCode Code { get; } = ErrorCode.Parse("unknown-scorer");
    }
}
