namespace Crank.Storage;

/// <summary>The database was written by a later version of this program. Nothing was changed.</summary>
/// <param name="path">The database.</param>
/// <param name="found">The version of its schema.</param>
/// <param name="known">The newest version that this program knows.</param>
public sealed class StoreNewerException(string path, int found, int known)
    : StoreException($"{path} has schema version {found}, and this program knows versions up to {known}. Use the newer program that wrote it, or another data folder.")
{
    /// <summary>The version of its schema.</summary>
    public int Found { get; } = found;

    /// <summary>The newest version that this program knows.</summary>
    public int Known { get; } = known;
}
