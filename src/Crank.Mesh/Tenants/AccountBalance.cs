using Crank.Core;

namespace Crank.Mesh.Tenants;

/// <summary>What an account has.</summary>
/// <param name="Account">The account.</param>
/// <param name="Balance">Credits less debits.</param>
/// <param name="Held">What is set aside for jobs that have not ended.</param>
/// <param name="Limit">How far the balance less what is held may fall, ≤ 0.</param>
public sealed record AccountBalance(AccountId Account, Money Balance, Money Held, Money Limit)
{
    /// <summary>What may still be set aside.</summary>
    public Money Spendable => Balance - Held - Limit;
}
