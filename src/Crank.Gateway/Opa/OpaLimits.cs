using Crank.Rego.Decide;

namespace Crank.Gateway.Opa;

/// <summary>What an answer over HTTP may use: less than a decision of the gate, since anybody with the scope may ask anything.</summary>
internal static class OpaLimits
{
    /// <summary>Two million turns, four million elements, two seconds.</summary>
    public static DecisionLimits Decision { get; } = new() { Steps = 2_000_000, Elements = 4_000_000, Time = TimeSpan.FromSeconds(2) };

    /// <summary>The longest query, in characters.</summary>
    public const int Query = 16 * 1024;
}
