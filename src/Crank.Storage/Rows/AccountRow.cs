using Crank.Core;

namespace Crank.Storage;

/// <summary>One account of the ledger, as it stands after a commit.</summary>
/// <param name="Id">The account.</param>
/// <param name="Currency">The one currency it is kept in.</param>
/// <param name="BalanceMicros">Credits less debits, in millionths of a unit.</param>
/// <param name="HeldMicros">The sum of its open holds, in millionths of a unit, ≥ 0.</param>
/// <param name="LimitMicros">How far balance less held may fall, in millionths of a unit, ≤ 0 for credit.</param>
/// <param name="Version">1 for a new row, else one more than what is stored.</param>
public sealed record AccountRow(AccountId Id, Currency Currency, long BalanceMicros, long HeldMicros, long LimitMicros, long Version);
