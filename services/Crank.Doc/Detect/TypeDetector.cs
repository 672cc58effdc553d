using System.Collections.Immutable;

namespace Crank.Doc.Detect;

/// <summary>Decides what a file is by its content. The name only settles which kind of text a text is, and is checked against the result.</summary>
public static class TypeDetector
{
    /// <summary>Looks at signatures, then at the members of packages, then at the text.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">The file's name, when there is one.</param>
    public static DetectedType Detect(ReadOnlySpan<byte> content, string? name = null)
    {
        var claimed = name is null ? null : FileTypes.ByExtension(name);
        if (Signatures.Find(content) is var (key, reason))
        {
            return Found(FileTypes.Of(key), 1, [reason], claimed);
        }

        return TextTypes.Find(content, claimed) is { } text
            ? Found(FileTypes.Of(text.Key), text.Confidence, [text.Reason], claimed)
            : new DetectedType(null, 1, ["neither a known signature nor text"], claimed);
    }

    private static DetectedType Found(FileType type, double confidence, ImmutableArray<string> reasons, FileType? claimed) =>
        new(type, confidence, reasons, claimed is not null && claimed.Key != type.Key && !claimed.Extensions.Intersect(type.Extensions).Any() ? claimed : null);
}
