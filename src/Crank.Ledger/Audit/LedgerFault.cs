namespace Crank.Ledger;

/// <summary>What a full scan found wrong.</summary>
public enum LedgerFault
{
    /// <summary>A balance is not the sum of the account's transfers.</summary>
    BalanceDiffers = 0,

    /// <summary>The balances of a currency do not sum to zero.</summary>
    SumNotZero = 1,

    /// <summary>What is held is not the sum of the account's open holds.</summary>
    HeldDiffers = 2,

    /// <summary>Less is available than the account's limit.</summary>
    BelowLimit = 3,

    /// <summary>A transfer or an open hold names an account that is not there.</summary>
    AccountMissing = 4,

    /// <summary>A transfer or an open hold is in another currency than its account.</summary>
    CurrencyDiffers = 5,

    /// <summary>A transfer moves nothing, or from an account to itself.</summary>
    TransferMalformed = 6,
}
