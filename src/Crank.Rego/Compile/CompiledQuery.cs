using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>What came of compiling a query.</summary>
/// <param name="Body">The expressions in order of evaluation; default when there were errors.</param>
/// <param name="Variables">
/// The variables that answers bind, as the user wrote them, with the names they have in the body. Variables of the compiler and
/// wildcards are not among them.
/// </param>
/// <param name="Errors">What is wrong.</param>
public sealed record CompiledQuery(ImmutableArray<Expr> Body, ImmutableArray<KeyValuePair<string, string>> Variables, ImmutableArray<RegoError> Errors)
{
    /// <summary>Was there no error?</summary>
    public bool Ok => Errors.IsEmpty;
}
