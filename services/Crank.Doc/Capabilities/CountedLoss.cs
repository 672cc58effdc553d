using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Capabilities;

/// <summary>Something of the document that is not in the result.</summary>
/// <param name="Kind">What was lost, such as table_span; the list is in docs/doc-formats.md.</param>
/// <param name="Count">How often.</param>
public sealed record CountedLoss(string Kind, int Count)
{
    internal static IReadOnlyList<CountedLoss> Of(ImmutableArray<Loss> losses) => [.. losses.Select(l => new CountedLoss(Codes.Of(l.Kind), l.Count))];
}
