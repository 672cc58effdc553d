using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>A no of the path: which code, what was wrong, what to try. Nothing is charged with it.</summary>
/// <param name="Kind">What kind of no it is.</param>
/// <param name="Code">What callers match on; from the list in <c>docs/errors.md</c>, or a declared error of the capability.</param>
/// <param name="Message">What was wrong, for people.</param>
/// <param name="Try">What to try next; empty when there is nothing to say.</param>
public sealed record Refusal(RefusalKind Kind, ErrorCode Code, string Message, string Try = "")
{
    /// <summary>Where the input breaks its schema; empty when that is not why.</summary>
    public ImmutableArray<InputFault> Faults { get; init; } = [];

    /// <summary>After which time it is likely to be taken; null when waiting does not help, or nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
