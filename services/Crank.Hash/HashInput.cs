using Crank.Sdk;

namespace Crank.Hash;

/// <summary>What <c>hash</c> takes.</summary>
/// <param name="Content">The bytes to hash.</param>
/// <param name="Algorithm">Which hash function.</param>
public sealed record HashInput(Blob Content, HashAlgorithm Algorithm = HashAlgorithm.Sha256);
