namespace Crank.Trust.Verify;

/// <summary>What can be wrong with a receipt. Numbers are in machine-readable output: append only.</summary>
public enum ReceiptFault
{
    /// <summary>The file is larger than any receipt.</summary>
    TooLarge = 1,

    /// <summary>The file is not JSON, or a member is missing or malformed.</summary>
    NotAReceipt = 2,

    /// <summary>The file, or the predicate in it, is of a version that is not verified.</summary>
    UnknownVersion = 3,

    /// <summary>The file is not exactly the canonical bytes of itself.</summary>
    NotCanonical = 4,

    /// <summary>A signature is by a key that is not trusted.</summary>
    UnknownKey = 5,

    /// <summary>A signature does not fit what it signs.</summary>
    BadSignature = 6,

    /// <summary>The key was retired before the date of what it signed.</summary>
    RetiredKey = 7,

    /// <summary>The signed payload is not a receipt's statement.</summary>
    BadStatement = 8,

    /// <summary>The checkpoint cannot be read, or is of another size than the proof.</summary>
    BadCheckpoint = 9,

    /// <summary>The receipt is of another log than was expected, or its parts name different ones.</summary>
    OtherOrigin = 10,

    /// <summary>The proof does not lead from the statement to the checkpoint's root.</summary>
    NotIncluded = 11,
}
