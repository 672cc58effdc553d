namespace Crank.Session;

/// <summary>How far an invocation is.</summary>
/// <param name="Fraction">0 to 1.</param>
/// <param name="Note">For people: what is being done; may be absent.</param>
public readonly record struct ProgressReport(double Fraction, string? Note);
