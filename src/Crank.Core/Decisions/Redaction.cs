using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What a decision takes out of a job: members and elements, named by JSON Pointers (RFC 6901) below the root.</summary>
/// <param name="Input">Taken out of the input before any worker sees it; a file that is named travels neither.</param>
/// <param name="Output">Taken out of the result before it is kept or delivered.</param>
public sealed record Redaction(ImmutableArray<string> Input, ImmutableArray<string> Output);
