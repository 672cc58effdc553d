using Crank.Core;

namespace Crank.Ledger;

/// <summary>One account, in one currency, as it stands after a commit.</summary>
/// <param name="Id">Names it for good.</param>
/// <param name="Balance">Credits less debits.</param>
/// <param name="Held">The sum of its open holds; not negative.</param>
/// <param name="Limit">The lowest that <see cref="Available"/> may be; not positive.</param>
/// <param name="Version">0 before the first commit, then one more with each commit that touches it.</param>
public sealed record Account(AccountId Id, Money Balance, Money Held, Money Limit, long Version)
{
    /// <summary>The one currency it is kept in.</summary>
    public Currency Currency => Balance.Currency;

    /// <summary>Balance less what is held; never below <see cref="Limit"/>.</summary>
    public Money Available => Balance - Held;
}
