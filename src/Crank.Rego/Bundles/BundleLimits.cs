namespace Crank.Rego.Bundles;

/// <summary>What a bundle may take. One that takes more is refused before the memory is used.</summary>
public sealed record BundleLimits
{
    /// <summary>The usual limits.</summary>
    public static BundleLimits Default { get; } = new();

    /// <summary>Bytes of the archive as it arrives.</summary>
    public int PackedBytes { get; init; } = 32 << 20;

    /// <summary>Bytes of the archive once unpacked, headers and padding counted; of a folder, the bytes of its files.</summary>
    public int UnpackedBytes { get; init; } = 128 << 20;

    /// <summary>Members of the archive: files and folders.</summary>
    public int Members { get; init; } = 10_000;

    /// <summary>Folders that a file may lie below.</summary>
    public int Depth { get; init; } = 32;
}
