namespace Crank.Ledger;

/// <summary>One thing that does not add up.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Subject">The account, transfer, job or currency.</param>
/// <param name="Detail">The figures, for people.</param>
public sealed record LedgerFinding(LedgerFault Fault, string Subject, string Detail);
