namespace Crank.Rego.Builtins;

/// <summary>A function that policies may call by name.</summary>
/// <param name="Name">Its name with dots, as in OPA: <c>json.marshal</c>. Operators have one too: <c>plus</c>, <c>equal</c>.</param>
/// <param name="Arity">How many arguments it takes.</param>
/// <param name="Deterministic">Whether equal arguments always give equal results. What is not is computed once per decision and arguments, and recorded for replay.</param>
/// <param name="Run">What it does.</param>
public sealed record Builtin(string Name, int Arity, bool Deterministic, BuiltinFunction Run);
