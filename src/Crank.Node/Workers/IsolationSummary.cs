using Crank.Confinement;
using Crank.Core;

namespace Crank.Node.Workers;

/// <summary>Joins what the worker proved with what its parent saw. Only names that both know are taken, in the order of receipts.</summary>
internal static class IsolationSummary
{
    private static readonly (ConfinementLayers Layer, string Name)[] Order =
    [
        (ConfinementLayers.Environment, "env"),
        (ConfinementLayers.ResourceLimits, "rlimits"),
        (ConfinementLayers.GcLimit, "gc-limit"),
        (ConfinementLayers.Watchdog, "watchdog"),
        (ConfinementLayers.Seccomp, "seccomp"),
        (ConfinementLayers.Landlock, "landlock"),
    ];

    /// <param name="wanted">The layers of the plan.</param>
    /// <param name="claimed">What the worker says it proved, tokens joined by <c>+</c>; foreign text.</param>
    /// <param name="contradicted">What the kernel contradicts.</param>
    /// <param name="watched">Whether the parent can see the worker's memory.</param>
    public static (Isolation Isolation, IReadOnlyList<MissingLayer> Missing) Of(
        ConfinementLayers wanted, string claimed, IReadOnlyList<MissingLayer> contradicted, bool watched)
    {
        var claims = claimed.Split('+');
        var tokens = new List<string> { "process" };
        var missing = new List<MissingLayer>();
        foreach (var (layer, name) in Order)
        {
            if ((wanted & layer) != layer) missing.Add(new MissingLayer(name, "switched off by the settings"));
            else if (contradicted.FirstOrDefault(c => c.Layer == name) is { } seen) missing.Add(seen);
            else if (Shown(layer, name) is { } token) tokens.Add(token);
            else missing.Add(new MissingLayer(name, layer == ConfinementLayers.Watchdog ? "the worker's memory cannot be seen" : "the worker could not prove it on this system"));
        }

        return (Isolation.Parse(string.Join('+', tokens)), missing);

        string? Shown(ConfinementLayers layer, string name) =>
            layer == ConfinementLayers.Watchdog ? (watched ? name : null) : Array.Find(claims, claim => IsClaimOf(claim, layer, name));
    }

    private static bool IsClaimOf(string claim, ConfinementLayers layer, string name) => layer == ConfinementLayers.Landlock
        ? claim.Length is > 9 and < 12 && claim.StartsWith("landlock-", StringComparison.Ordinal) && claim.AsSpan(9).IndexOfAnyExceptInRange('0', '9') < 0
        : claim == name;
}
