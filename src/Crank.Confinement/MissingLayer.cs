namespace Crank.Confinement;

/// <summary>A wall that was wanted and does not stand.</summary>
/// <param name="Layer">Its token, without a number: <c>seccomp</c>, <c>landlock</c>, …</param>
/// <param name="Why">What was tried and what happened.</param>
public sealed record MissingLayer(string Layer, string Why);
