namespace Crank.Rego.Decide;

/// <summary>What one decision may use. Whoever reaches a limit gets an error, never a wrong answer.</summary>
public sealed record DecisionLimits
{
    /// <summary>The usual limits.</summary>
    public static DecisionLimits Default { get; } = new();

    /// <summary>Turns of loops and elements made. Default 10,000,000, which is about a second.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>Elements that builtins may make, 16 characters counting as one. Default 20,000,000.</summary>
    public long Elements { get; init; } = 20_000_000;

    /// <summary>Time on the clock of the policy set; null for none. Default 5 s.</summary>
    public TimeSpan? Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest input, in bytes of JSON. Default 16 MiB.</summary>
    public int InputBytes { get; init; } = 16 * 1024 * 1024;
}
