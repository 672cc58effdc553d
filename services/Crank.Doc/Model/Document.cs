using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>What every reader makes and every writer takes: one tree of blocks, so that n readers and m writers cost n + m.</summary>
/// <param name="Metadata">What the file says about itself; an empty one when it says nothing.</param>
/// <param name="Blocks">The body in reading order. Its depth is bounded by <see cref="Reading.ReaderLimits.Depth"/>, so writers may recurse.</param>
/// <param name="Footnotes">In the order of their first reference; endnotes are footnotes here.</param>
/// <param name="Losses">What the reader could not keep, counted, one entry per kind.</param>
/// <param name="Findings">What somebody should know before trusting the file; bounded, see <see cref="Reading.ReadingLog"/>.</param>
public sealed record Document(
    DocumentMetadata Metadata,
    ImmutableArray<Block> Blocks,
    ImmutableArray<Footnote> Footnotes,
    ImmutableArray<Loss> Losses,
    ImmutableArray<Finding> Findings)
{
    /// <summary>A document of blocks alone: no metadata, no footnotes, nothing lost.</summary>
    public static Document Of(params ImmutableArray<Block> blocks) => new(DocumentMetadata.None, blocks, [], [], []);
}
