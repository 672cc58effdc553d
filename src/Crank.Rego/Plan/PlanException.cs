namespace Crank.Rego.Plan;

/// <summary>A policy cannot be planned: it was not compiled, or uses what is not supported. The message says what and where.</summary>
public sealed class PlanException(string message) : Exception(message);
