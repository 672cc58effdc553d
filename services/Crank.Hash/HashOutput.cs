namespace Crank.Hash;

/// <summary>What <c>hash</c> gives.</summary>
/// <param name="Algorithm">The hash function used.</param>
/// <param name="Hex">The hash in lower-case hexadecimal.</param>
/// <param name="Length">How many bytes were hashed.</param>
public sealed record HashOutput(HashAlgorithm Algorithm, string Hex, long Length);
