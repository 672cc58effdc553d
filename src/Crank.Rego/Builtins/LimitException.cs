namespace Crank.Rego.Builtins;

/// <summary>A decision reached one of its limits. Ends the decision; never makes an expression undefined.</summary>
public sealed class LimitException(string message) : Exception(message);
