namespace Crank.Rego.Builtins;

/// <summary>A builtin refuses its arguments. The evaluator makes the expression undefined, or ends the decision when errors are strict.</summary>
/// <param name="message">What was wrong, without the builtin's name: <c>operand 1 must be string but got number</c>.</param>
/// <param name="error">The kind of error.</param>
public sealed class BuiltinException(string message, BuiltinError error = BuiltinError.Failed) : Exception(message)
{
    /// <summary>The kind of error.</summary>
    public BuiltinError Error { get; } = error;
}
