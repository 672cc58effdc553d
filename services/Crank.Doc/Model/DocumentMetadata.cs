using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>What a file says about itself. Nothing here is checked against the body, and null means that the file does not say.</summary>
public sealed record DocumentMetadata
{
    /// <summary>Metadata of a file that says nothing.</summary>
    public static DocumentMetadata None { get; } = new();

    /// <summary>The title in plain text.</summary>
    public string? Title { get; init; }

    /// <summary>Names of the authors, in the file's order.</summary>
    public ImmutableArray<string> Authors { get; init; } = [];

    /// <summary>BCP 47 tag as the file gives it, e.g. <c>en-GB</c>; not validated.</summary>
    public string? Language { get; init; }

    /// <summary>What the document is about, in the file's words.</summary>
    public string? Subject { get; init; }

    /// <summary>Key words, in the file's order.</summary>
    public ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>When the file says it was first written.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When the file says it was last changed.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Number of pages, where the file has pages or claims a number of them; ≥ 0.</summary>
    public int? Pages { get; init; }

    /// <summary>Number of words that the file itself claims; the real number is counted from the body.</summary>
    public int? ClaimedWords { get; init; }

    /// <summary>Other entries by name, e.g. of a Markdown front matter; values in plain text.</summary>
    public ImmutableSortedDictionary<string, string> Other { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
}
