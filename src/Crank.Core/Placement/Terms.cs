using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What the caller asks of a job beyond its input.</summary>
/// <param name="Prefer">What counts most among the offers that fit.</param>
/// <param name="Budget">The most the job may cost; null: whatever the account allows.</param>
/// <param name="Deadline">The longest it may take from acceptance; null: what the capability allows.</param>
/// <param name="Zones">Grid zones allowed; empty: all.</param>
/// <param name="DataClass">The class of the data; null: none named.</param>
/// <param name="MinIsolation">The weakest isolation accepted; null: what the mesh demands by default.</param>
public sealed record Terms(
    Preference Prefer,
    Money? Budget,
    Duration? Deadline,
    ImmutableArray<Zone> Zones,
    DataClass? DataClass,
    IsolationLevel? MinIsolation)
{
    /// <summary>Nothing asked: the cheapest offer within the limits of the capability.</summary>
    public static Terms Default { get; } = new(Preference.Cheapest, null, null, [], null, null);
}
