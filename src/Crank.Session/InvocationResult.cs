using System.Collections.ObjectModel;

namespace Crank.Session;

/// <summary>How a capability answered one invocation.</summary>
public abstract record InvocationResult
{
    private InvocationResult()
    {
    }

    /// <summary>No units: the invocation metered nothing.</summary>
    public static IReadOnlyDictionary<string, long> NoUnits { get; } = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>It ran to its end.</summary>
    /// <param name="Output">Its output as UTF-8 JSON, at most <see cref="SessionLimits.MaxJsonBytes"/>.</param>
    /// <param name="Units">What it metered, by unit name; counts are 0 or more.</param>
    public sealed record Completed(ReadOnlyMemory<byte> Output, IReadOnlyDictionary<string, long> Units) : InvocationResult;

    /// <summary>It said no, or stopped.</summary>
    /// <param name="Code">A declared error of the capability, or one of <see cref="InvocationErrors"/>.</param>
    /// <param name="Message">For people: what was wrong and what to try.</param>
    /// <param name="Retryable">Whether the same input may succeed elsewhere or later.</param>
    public sealed record Failed(string Code, string Message, bool Retryable) : InvocationResult;
}
