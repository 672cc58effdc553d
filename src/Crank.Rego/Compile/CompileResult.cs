using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>What came of compiling modules.</summary>
/// <param name="Policy">The compiled policy; null when there were errors.</param>
/// <param name="Errors">What is wrong.</param>
public sealed record CompileResult(CompiledPolicy? Policy, ImmutableArray<RegoError> Errors)
{
    /// <summary>Was there no error?</summary>
    [MemberNotNullWhen(true, nameof(Policy))]
    public bool Ok => Policy is not null;
}
