using Crank.Core;

namespace Crank.Ledger;

/// <summary>The accounts of an embedded mesh, opened at its first start.</summary>
public static class Opening
{
    /// <summary>Pays for jobs; the only one that may go below zero.</summary>
    public static AccountId Owner { get; } = AccountId.Parse("owner");

    /// <summary>Receives the platform's share.</summary>
    public static AccountId Platform { get; } = AccountId.Parse("platform");

    /// <summary>Receives the share for infrastructure.</summary>
    public static AccountId Infrastructure { get; } = AccountId.Parse("infrastructure");

    /// <summary>Receives the share of the quality fund.</summary>
    public static AccountId Quality { get; } = AccountId.Parse("quality");

    /// <summary>The provider that is this machine.</summary>
    public static AccountId LocalProvider { get; } = AccountId.Parse("provider/local");

    /// <summary>How far the owner may go below zero when nothing else is configured: 100 units.</summary>
    public static Money DefaultOwnerLimit(Currency currency) => new(-100 * Money.MicrosPerUnit, currency);

    /// <summary>Opens the accounts that are missing and gives the owner its configured limit; doing it again changes nothing.</summary>
    /// <param name="batch">Where they are opened; nothing is kept unless it is sealed and committed.</param>
    /// <param name="ownerLimit">The lowest available balance of the owner, ≤ 0; its currency is the ledger's.</param>
    /// <returns>
    /// <see cref="LedgerStatus.CurrencyMismatch"/> when an account is kept in another currency,
    /// <see cref="LedgerStatus.InsufficientFunds"/> when the owner is below the new limit already.
    /// </returns>
    public static LedgerStatus Apply(LedgerBatch batch, Money ownerLimit)
    {
        var none = Money.Zero(ownerLimit.Currency);
        foreach (var (account, limit) in new[] { (Owner, ownerLimit), (Platform, none), (Infrastructure, none), (Quality, none), (LocalProvider, none) })
        {
            var status = batch.Find(account) is { } open
                ? open.Limit == limit ? LedgerStatus.Applied : batch.SetLimit(account, limit)
                : batch.Open(account, limit);
            if (status != LedgerStatus.Applied)
            {
                return status;
            }
        }

        return LedgerStatus.Applied;
    }
}
