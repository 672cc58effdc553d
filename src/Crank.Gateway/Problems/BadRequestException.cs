namespace Crank.Gateway.Problems;

/// <summary>A request that cannot be read or taken, found below the endpoint that answers it.</summary>
/// <param name="code">The code to answer with.</param>
/// <param name="message">What was wrong.</param>
/// <param name="hint">What to try.</param>
/// <param name="errors">Where in the body; null for nowhere.</param>
public sealed class BadRequestException(ProblemCode code, string message, string hint = "", IReadOnlyList<ProblemPointer>? errors = null) : Exception(message)
{
    /// <summary>The code to answer with.</summary>
    public ProblemCode Code { get; } = code;

    /// <summary>What to try.</summary>
    public string Hint { get; } = hint;

    /// <summary>Where in the body; null for nowhere.</summary>
    public IReadOnlyList<ProblemPointer>? Errors { get; } = errors;

    /// <summary>After which time it is likely to be taken; null says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
