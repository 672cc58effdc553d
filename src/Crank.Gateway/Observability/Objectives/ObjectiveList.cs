using System.Collections.Immutable;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>The answer of <c>/v1/slo</c>.</summary>
internal sealed record ObjectiveList(ImmutableArray<ObjectiveList.Item> Objectives)
{
    /// <summary>One objective and how it is kept.</summary>
    internal sealed record Item(
        string Name, string Title, string Capability, double Target, double? WithinSeconds, long WindowSeconds, long Good, long Total, double ErrorBudgetRemaining,
        ImmutableSortedDictionary<string, double> BurnRates, ImmutableArray<string> Alerts);
}
