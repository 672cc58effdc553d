using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>A note at the foot of the page or at the end.</summary>
/// <param name="Id">Letters, digits, <c>-</c>, <c>_</c>; unique in the document.</param>
/// <param name="Content">The note's blocks.</param>
public sealed record Footnote(string Id, ImmutableArray<Block> Content);
