namespace Crank.Core;

/// <summary>Crank broke a rule of its own: a defect, never the caller's fault. Nothing is committed after it.</summary>
public sealed class InvariantBrokenException(string rule) : Exception($"A rule of Crank's own does not hold: {rule}. Nothing was committed; please report it.");
