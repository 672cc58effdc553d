using Crank.Core;

namespace Crank.Market;

/// <summary>An offer that fits, on its way to a score.</summary>
internal struct Fit(Offer offer, Money ceiling)
{
    internal Offer Offer { get; } = offer;

    internal Money Ceiling { get; } = ceiling;

    internal double Score { get; set; }

    /// <summary>By score, then by node, then by offer id: the same on every machine.</summary>
    internal static int Compare(Fit left, Fit right)
    {
        var order = left.Score.CompareTo(right.Score);
        if (order == 0)
        {
            order = left.Offer.Node.CompareTo(right.Offer.Node);
        }

        return order == 0 ? left.Offer.Id.CompareTo(right.Offer.Id) : order;
    }
}
