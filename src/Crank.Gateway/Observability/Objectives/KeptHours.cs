using System.Collections.Immutable;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>What is kept of an objective over a restart.</summary>
/// <param name="Hours">Hour since 1970, good, total.</param>
internal sealed record KeptHours(ImmutableArray<long[]> Hours);
