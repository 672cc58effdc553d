namespace Crank.Ledger;

/// <summary>Result of a posting; anything but <see cref="Applied"/> changed nothing. Numbers are stored and on the wire: append only, never reuse.</summary>
/// <remarks>When several apply, the first in declaration order is reported.</remarks>
public enum LedgerStatus
{
    /// <summary>It was posted.</summary>
    Applied = 0,

    /// <summary>The amount is negative, or zero where money has to move, or a limit is positive.</summary>
    AmountOutOfRange = 1,

    /// <summary>Debit and credit are the same account.</summary>
    SameAccount = 2,

    /// <summary>No account has that name.</summary>
    UnknownAccount = 3,

    /// <summary>An account has that name already.</summary>
    AccountExists = 4,

    /// <summary>The amount is not in the currency of the account.</summary>
    CurrencyMismatch = 5,

    /// <summary>The job has a hold already, or had one in this batch.</summary>
    HoldExists = 6,

    /// <summary>The job has no open hold: it never had one, or it was settled, voided or expired.</summary>
    HoldNotOpen = 7,

    /// <summary>More was charged than was held.</summary>
    OverHold = 8,

    /// <summary>The account would fall below its limit.</summary>
    InsufficientFunds = 9,

    /// <summary>The account would hold more than 64 bits of micro-units.</summary>
    BalanceTooLarge = 10,

    /// <summary>A transfer of that name was posted in this batch.</summary>
    TransferExists = 11,
}
