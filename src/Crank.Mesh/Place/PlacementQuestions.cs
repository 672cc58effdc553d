using System.Collections.Immutable;
using Crank.Core;
using Crank.Market;

namespace Crank.Mesh.Place;

/// <summary>The question that Place asks of the offers: made from a job, or again from its receipt, and then the same.</summary>
internal static class PlacementQuestions
{
    public static PlacementQuestion Of(
        CapabilityVersion capability, Terms terms, Constraints constraints, ImmutableSortedDictionary<Unit, Quantity> units, Currency currency, DateTimeOffset acceptedAt) =>
        new(capability, terms, constraints, units, currency, acceptedAt);
}
