using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One row of a table.</summary>
/// <param name="Cells">From left to right; places covered by a span have none.</param>
public sealed record TableRow(ImmutableArray<TableCell> Cells);
