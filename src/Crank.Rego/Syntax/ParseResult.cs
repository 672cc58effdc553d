using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>What came of reading a text.</summary>
/// <typeparam name="T">What was wanted.</typeparam>
/// <param name="Value">The result; null when there were errors.</param>
/// <param name="Errors">What was wrong, in order of discovery.</param>
public sealed record ParseResult<T>(T? Value, ImmutableArray<RegoError> Errors)
    where T : class
{
    /// <summary>Was the text read without an error?</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Errors.IsEmpty && Value is not null;
}
