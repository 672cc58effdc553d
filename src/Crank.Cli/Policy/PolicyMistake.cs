using Crank.Rego.Syntax;

namespace Crank.Cli.Policy;

/// <summary>Something wrong in a policy, and the nearest name that was probably meant.</summary>
internal sealed record PolicyMistake(RegoError Error, string? Nearest)
{
    /// <summary>What to try; null when nobody knows.</summary>
    public string? Try => Nearest is null ? null : $"Did you mean '{Nearest}'?";
}
