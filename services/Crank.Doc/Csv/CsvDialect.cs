namespace Crank.Doc.Csv;

/// <summary>How a delimited text is laid out.</summary>
/// <param name="Delimiter">What stands between two cells.</param>
/// <param name="SkipsFirstRow">True when the first row is a <c>sep=</c> line, which says the delimiter and is no data.</param>
public sealed record CsvDialect(char Delimiter, bool SkipsFirstRow = false);
