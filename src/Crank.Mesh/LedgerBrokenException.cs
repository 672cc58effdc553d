namespace Crank.Mesh;

/// <summary>The money in the data folder does not add up: nothing is done with it until somebody has looked.</summary>
public sealed class LedgerBrokenException(IReadOnlyList<string> findings)
    : Exception($"The ledger does not add up: {string.Join(" ", findings.Take(5))}")
{
    /// <summary>What was found.</summary>
    public IReadOnlyList<string> Findings { get; } = findings;
}
