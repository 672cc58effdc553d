using System.Globalization;
using Crank.Core;

namespace Crank.Ledger.Tests;

internal static class Some
{
    internal static readonly Currency Eur = Currency.Eur;
    internal static readonly Currency Usd = Currency.Parse("USD");
    internal static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-01T12:00:00Z", CultureInfo.InvariantCulture);

    internal static Money Micros(long micros) => new(micros, Eur);

    internal static AccountId Account(string id) => AccountId.Parse(id);

    internal static JobId Job(int number) => new(new((UInt128)number + 1));

    internal static IdSource Ids() => new(TimeProvider.System, new Random(1));

    /// <summary>The five accounts; the owner may go to −1,000 micro-units.</summary>
    internal static LedgerState Opened()
    {
        var batch = new LedgerBatch(LedgerState.Empty);
        Assert.Equal(LedgerStatus.Applied, Opening.Apply(batch, Micros(-1_000)));
        return batch.Seal().State;
    }

    internal static Transfer Transfer(int number, AccountId debit, AccountId credit, long micros) =>
        new(new(new((UInt128)number + 1)), null, debit, credit, Micros(micros), TransferKind.Adjust, Noon);
}
