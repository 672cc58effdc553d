using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What one job of a capability may use at most.</summary>
/// <param name="Input">Largest input: the JSON and all blobs together.</param>
/// <param name="Output">Largest output: the JSON and all blobs together.</param>
/// <param name="Memory">What a worker must be able to hold; each node enforces its own setting on its workers.</param>
/// <param name="Deadline">Longest wall time in the worker; terms may ask for less, never for more.</param>
/// <param name="Units">The most units of each kind that one job may meter; what makes the price ceiling known before the run.</param>
public sealed record Limits(ByteCount Input, ByteCount Output, ByteCount Memory, Duration Deadline, ImmutableDictionary<Unit, long> Units);
