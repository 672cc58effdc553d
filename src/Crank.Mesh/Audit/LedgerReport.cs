namespace Crank.Mesh.Audit;

/// <summary>What a full scan of money and log found.</summary>
/// <param name="Accounts">Accounts looked at.</param>
/// <param name="Transfers">Transfers looked at.</param>
/// <param name="Holds">Holds looked at.</param>
/// <param name="Receipts">Receipts looked at.</param>
/// <param name="Leaves">Leaves of the log.</param>
/// <param name="Findings">What is wrong, in words; empty when everything adds up.</param>
public sealed record LedgerReport(long Accounts, long Transfers, long Holds, long Receipts, long Leaves, IReadOnlyList<string> Findings)
{
    /// <summary>True when nothing was found.</summary>
    public bool AddsUp => Findings.Count == 0;
}
