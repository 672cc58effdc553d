using System.Collections.Immutable;
using Crank.Core;
using Crank.Market;

namespace Crank.Mesh.Place;

/// <summary>The question that Place asks of the offers: made from a job, or again from its receipt, and then the same. The version was chosen before, by <see cref="VersionChoice"/>.</summary>
internal static class PlacementQuestions
{
    /// <summary>The terms, with no more to spend than was promised.</summary>
    public static Terms Within(Terms terms, Money? promised) =>
        promised is { } most && (terms.Budget is not { } budget || budget.Currency != most.Currency || most < budget) ? terms with { Budget = most } : terms;

    public static PlacementQuestion Of(
        CapabilityVersion capability, Terms terms, Constraints constraints, ImmutableSortedDictionary<Unit, Quantity> units, Currency currency, DateTimeOffset now) =>
        new(capability, terms, constraints, units, currency, now, Exact: true);
}
