namespace Crank.Ledger;

/// <summary>Why money moved. The words are stored and exported: a word never changes its meaning.</summary>
public static class TransferKind
{
    /// <summary>A share of what a job cost.</summary>
    public const string Charge = "charge";

    /// <summary>A correction or a payment from outside, made by the operator.</summary>
    public const string Adjust = "adjust";
}
