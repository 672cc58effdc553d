using Crank.Core;

namespace Crank.Storage;

/// <summary>Bytes were announced with a digest that is not theirs.</summary>
/// <param name="announced">What was said.</param>
/// <param name="found">What they are.</param>
public sealed class BlobMismatchException(Digest announced, Digest found) : Exception($"The bytes were announced as {announced} and are {found}.")
{
    /// <summary>What they are.</summary>
    public Digest Found { get; } = found;
}
