using System.Collections.Immutable;
using Crank.Doc.Text;

namespace Crank.Doc.Csv;

/// <summary>The cells of a delimited text, as text: no number or date is ever converted.</summary>
/// <param name="Rows">Rows in order, each with the cells it has.</param>
/// <param name="Dialect">How the text is laid out.</param>
/// <param name="Encoding">What the bytes were decoded by.</param>
/// <param name="EndedInsideQuotes">True when the last quote is never closed.</param>
/// <param name="Undecodable">How many U+FFFD stand for bytes that mean nothing.</param>
public sealed record CsvRows(ImmutableArray<ImmutableArray<string>> Rows, CsvDialect Dialect, DetectedEncoding Encoding, bool EndedInsideQuotes, int Undecodable);
