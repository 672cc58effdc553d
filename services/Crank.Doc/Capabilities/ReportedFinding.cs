using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Capabilities;

/// <summary>Something that somebody should know before trusting the document.</summary>
/// <param name="Kind">What was found, such as active_content; the list is in docs/doc-formats.md.</param>
/// <param name="Detail">Where or what.</param>
public sealed record ReportedFinding(string Kind, string Detail)
{
    internal static IReadOnlyList<ReportedFinding> Of(ImmutableArray<Finding> findings) => [.. findings.Select(f => new ReportedFinding(Codes.Of(f.Kind), f.Detail))];
}
