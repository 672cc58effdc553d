using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What a decision adds to the terms; Place, Run and every retry obey it.</summary>
/// <param name="Zones">Grid zones allowed; empty: no constraint.</param>
/// <param name="MinIsolation">The weakest isolation allowed; null: no constraint.</param>
/// <param name="PriceCeiling">The most the job may cost; null: no constraint.</param>
public sealed record Constraints(ImmutableArray<Zone> Zones, IsolationLevel? MinIsolation, Money? PriceCeiling)
{
    /// <summary>Nothing added.</summary>
    public static Constraints None { get; } = new([], null, null);

    /// <summary>The longest that a run may take; null: no constraint.</summary>
    public Duration? Deadline { get; init; }

    /// <summary>The nodes that may run it; null: no constraint.</summary>
    public ImmutableArray<NodeId>? Nodes { get; init; }

    /// <summary>What is taken out of input and output; null: nothing.</summary>
    public Redaction? Redact { get; init; }
}
