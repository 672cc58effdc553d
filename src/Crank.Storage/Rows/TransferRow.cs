using Crank.Core;

namespace Crank.Storage;

/// <summary>One transfer: it names debit and credit, so that it balances by construction. Never changed, never removed.</summary>
/// <param name="Id">Names it for good; unique.</param>
/// <param name="Job">The job it belongs to; null for opening balances and the like.</param>
/// <param name="Debit">The account that pays.</param>
/// <param name="Credit">The account that receives; another one.</param>
/// <param name="Currency">The currency of both.</param>
/// <param name="AmountMicros">Millionths of a unit, &gt; 0.</param>
/// <param name="Kind">Why, in the words of the ledger, e.g. <c>charge</c>; at most 64 characters.</param>
/// <param name="At">When it was posted.</param>
public sealed record TransferRow(
    TransferId Id,
    JobId? Job,
    AccountId Debit,
    AccountId Credit,
    Currency Currency,
    long AmountMicros,
    string Kind,
    DateTimeOffset At);
