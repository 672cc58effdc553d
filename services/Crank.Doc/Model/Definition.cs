using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One entry of a definition list.</summary>
/// <param name="Terms">What is defined; one or more, each a line of text.</param>
/// <param name="Details">The definitions, each a sequence of blocks.</param>
public sealed record Definition(ImmutableArray<ImmutableArray<Inline>> Terms, ImmutableArray<ImmutableArray<Block>> Details);
