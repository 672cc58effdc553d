using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Market;

/// <summary>The hard limits of one question, worked out once: which offers may be chosen at all, and why not.</summary>
internal readonly struct Filter
{
    private readonly PlacementQuestion _question;
    private readonly (Unit Unit, Quantity Most)[] _most;
    private readonly IsolationLevel _isolation;
    private readonly Duration? _deadline;

    internal Filter(PlacementQuestion question)
    {
        _question = question;
        _most = new (Unit, Quantity)[question.MostUnits.Count];
        var i = 0;
        foreach (var (unit, most) in question.MostUnits)
        {
            _most[i++] = (unit, most);
        }

        var asked = question.Terms.MinIsolation ?? question.DefaultIsolation;
        _isolation = question.Constraints.MinIsolation is { } demanded && demanded > asked ? demanded : asked;
        _deadline = question.Constraints.Deadline is { } longest && !(question.Terms.Deadline <= longest) ? longest : question.Terms.Deadline;
    }

    /// <summary>The first reason, in the order of <see cref="LossReason"/>'s remarks, why the offer is out; null when it fits.</summary>
    internal LossReason? Reject(in Listing listing, out Money ceiling)
    {
        var offer = listing.Offer;
        ceiling = default;
        if (_question.Exact ? offer.Capability != _question.Capability : !offer.Capability.Satisfies(_question.Capability))
        {
            return LossReason.Capability;
        }

        if (offer.ExpiresAt <= _question.Now)
        {
            return LossReason.Expired;
        }

        if (!Allows(_question.Terms.Zones, offer.Zone) || !Allows(_question.Constraints.Zones, offer.Zone))
        {
            return LossReason.Zone;
        }

        if (_question.Constraints.Nodes is { } nodes && !nodes.Contains(offer.Node))
        {
            return LossReason.Node;
        }

        if (listing.Isolation < _isolation)
        {
            return LossReason.Isolation;
        }

        if (!IsCurrencyOf(offer))
        {
            return LossReason.Currency;
        }

        if (!TryCeiling(offer.Price, out ceiling) || ceiling > _question.Terms.Budget || ceiling > _question.Constraints.PriceCeiling)
        {
            return LossReason.Budget;
        }

        return offer.Latency > _deadline ? LossReason.Deadline : null;
    }

    /// <summary>The figures behind a reason, for people.</summary>
    internal string Explain(in Listing listing, LossReason reason, Money ceiling)
    {
        var offer = listing.Offer;
        return reason switch
        {
            LossReason.Capability => _question.Exact ? $"{offer.Capability} is not {_question.Capability}, which was chosen" : $"{offer.Capability} cannot stand in for {_question.Capability}",
            LossReason.Expired => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it expired at {offer.ExpiresAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"),
            LossReason.Zone => offer.Zone is { } zone && zone != Zone.Unknown ? $"{zone} is not among the zones allowed" : "its zone is unknown, and zones are demanded",
            LossReason.Node => $"the decision does not allow node {offer.Node}",
            LossReason.Isolation => $"{offer.Isolation} is {Name(listing.Isolation)}, and {Name(_isolation)} is demanded",
            LossReason.Currency => $"it asks for {offer.Price.Currency}",
            LossReason.Budget => ExplainBudget(offer, ceiling),
            LossReason.Deadline => $"its median of {offer.Latency} is over the deadline of {_deadline}",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Scores are explained by the ranking."),
        };
    }

    private static bool Allows(ImmutableArray<Zone> allowed, Zone? zone) =>
        allowed.IsDefaultOrEmpty || (zone is { } known && known != Zone.Unknown && allowed.Contains(known));

    private static string Name(IsolationLevel level) => level == IsolationLevel.StrongPlus ? "strong+" : level.ToString().ToLowerInvariant();

    private bool IsCurrencyOf(Offer offer)
    {
        var currency = offer.Price.Currency;
        return currency == _question.Currency
            && (_question.Terms.Budget is not { } budget || budget.Currency == currency)
            && (_question.Constraints.PriceCeiling is not { } most || most.Currency == currency);
    }

    private bool TryCeiling(Price price, out Money ceiling)
    {
        Int128 total = 0;
        ceiling = default;
        foreach (var line in price.Lines)
        {
            if (!TryMost(line.Per, out var most) || !line.TryAmountFor(most, out var amount))
            {
                return false;
            }

            total += amount.Micros;
        }

        ceiling = total <= long.MaxValue ? new((long)total, price.Currency) : default;
        return total <= long.MaxValue;
    }

    private bool TryMost(Unit unit, out Quantity most)
    {
        foreach (var (known, quantity) in _most)
        {
            if (known == unit)
            {
                most = quantity;
                return true;
            }
        }

        most = default;
        return false;
    }

    private string ExplainBudget(Offer offer, Money ceiling)
    {
        foreach (var line in offer.Price.Lines)
        {
            if (!TryMost(line.Per, out _))
            {
                return $"it is priced per {line.Per}, of which no maximum is known";
            }
        }

        return !TryCeiling(offer.Price, out _) ? "the most it can cost is more than an amount can hold"
            : ceiling > _question.Terms.Budget ? $"{ceiling} is over the budget of {_question.Terms.Budget}"
            : $"{ceiling} is over the ceiling of {_question.Constraints.PriceCeiling} that the decision set";
    }
}
