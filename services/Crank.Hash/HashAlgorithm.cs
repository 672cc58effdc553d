namespace Crank.Hash;

/// <summary>A hash function of the SHA-2 family (FIPS 180-4).</summary>
public enum HashAlgorithm
{
    /// <summary>256 bits.</summary>
    Sha256 = 0,

    /// <summary>512 bits.</summary>
    Sha512 = 1,
}
