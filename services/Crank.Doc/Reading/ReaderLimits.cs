namespace Crank.Doc.Reading;

/// <summary>
/// The most that one document may cost. Chosen so that a reader answers with a reason before its worker's limits strike:
/// 512 MB resident, about 200 MB of managed heap, 10 s.
/// </summary>
public sealed record ReaderLimits
{
    /// <summary>The limits of the product.</summary>
    public static ReaderLimits Default { get; } = new();

    /// <summary>Bytes of the file. Default 64 MiB.</summary>
    public long InputBytes { get; init; } = 64L << 20;

    /// <summary>Bytes that all parts of a package may unpack to, together. Default 192 MiB.</summary>
    public long DecompressedBytes { get; init; } = 192L << 20;

    /// <summary>Unpacked bytes per packed byte of one part, once it passes <see cref="RatioFreeBytes"/>. Default 200.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Bytes that a part may unpack to before <see cref="Ratio"/> is looked at. Default 16 MiB.</summary>
    public long RatioFreeBytes { get; init; } = 16L << 20;

    /// <summary>Blocks and inlines of the model. Default 600,000.</summary>
    public int Nodes { get; init; } = 600_000;

    /// <summary>Cells of all tables, counted with what spans cover. Default 250,000.</summary>
    public int Cells { get; init; } = 250_000;

    /// <summary>UTF-16 units of all text. Default 24 Mi.</summary>
    public int TextLength { get; init; } = 24 << 20;

    /// <summary>UTF-16 units of a Markdown or HTML text, which is held beside its tree. Default 8 Mi.</summary>
    public int MarkupLength { get; init; } = 8 << 20;

    /// <summary>How deep blocks, or inlines inside a block, may nest before readers flatten them. Default 64.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Time for reading. Default 8 s.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(8);
}
