using Crank.Rego.Syntax;

namespace Crank.Rego.Decide;

/// <summary>Policies or a query cannot be compiled. Nothing of them is in force.</summary>
public sealed class PolicyException(IReadOnlyList<RegoError> errors)
    : Exception(string.Join(Environment.NewLine, errors.Select(e => e.Explain())))
{
    /// <summary>All that is wrong, with OPA's codes and places.</summary>
    public IReadOnlyList<RegoError> Errors { get; } = errors;
}
