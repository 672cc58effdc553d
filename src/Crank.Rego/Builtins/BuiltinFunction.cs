using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>
/// What a builtin does: the result for these arguments, or undefined. Arguments are defined and as many as the builtin declares; their
/// kinds are checked by the builtin itself.
/// </summary>
/// <exception cref="BuiltinException">The arguments are wrong: undefined for the policy, an error in strict mode.</exception>
/// <exception cref="LimitException">A limit is reached: ends the decision.</exception>
public delegate Value BuiltinFunction(BuiltinContext context, ReadOnlySpan<Value> arguments);
