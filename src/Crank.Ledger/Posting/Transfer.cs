using Crank.Core;

namespace Crank.Ledger;

/// <summary>Money that moved: one row names who pays and who receives, so that it balances by construction.</summary>
/// <param name="Id">Names it for good.</param>
/// <param name="Job">The job it belongs to; null for none.</param>
/// <param name="Debit">Who pays.</param>
/// <param name="Credit">Who receives; another account.</param>
/// <param name="Amount">More than zero.</param>
/// <param name="Kind">Why, e.g. <see cref="TransferKind.Charge"/>.</param>
/// <param name="At">When it was posted.</param>
public sealed record Transfer(TransferId Id, JobId? Job, AccountId Debit, AccountId Credit, Money Amount, string Kind, DateTimeOffset At);
