namespace Crank.Ledger;

/// <summary>What became of a hold. Numbers are stored: append only.</summary>
public enum HoldState
{
    /// <summary>The money is set aside.</summary>
    Open = 0,

    /// <summary>The job was paid from it; what was left went back.</summary>
    Settled = 1,

    /// <summary>All of it went back.</summary>
    Voided = 2,

    /// <summary>Its time ran out and all of it went back.</summary>
    Expired = 3,
}
