using System.Collections.Immutable;
using Crank.Doc.Reading;
using Crank.Doc.Text;

namespace Crank.Doc.Csv;

/// <summary>Reads delimited text as a stream; finds encoding and delimiter from its first bytes.</summary>
public static class CsvReader
{
    private const int LookedAt = 64 * 1024;
    private const int SniffedCharacters = 32 * 1024;
    private const int PieceBytes = 16 * 1024;

    /// <summary>Reads all rows. The stream may give pieces of any size, and the rows are the same.</summary>
    /// <param name="input">The bytes; not closed.</param>
    /// <param name="encoding">Name of the encoding, or null to find out.</param>
    /// <param name="budget">Charged with bytes, cells and text.</param>
    /// <exception cref="DocumentRefusedException">The budget is spent, or the encoding is not known here.</exception>
    public static CsvRows Read(Stream input, string? encoding, ReaderBudget budget)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(budget);
        var start = new byte[LookedAt];
        var length = input.ReadAtLeast(start, LookedAt, throwOnEndOfStream: false);
        var first = start.AsSpan(0, length);
        var detected = encoding is null
            ? EncodingDetector.Detect(first)
            : EncodingDetector.Named(encoding) ?? throw new DocumentRefusedException(RefusalReason.UnsupportedEncoding, "The encoding asked for is not known here. Leave it out to have it found.");
        var decoder = detected.Encoding.GetDecoder();
        var characters = new char[detected.Encoding.GetMaxCharCount(Math.Max(LookedAt, PieceBytes))];
        var isWhole = length < LookedAt;
        var count = decoder.GetChars(first[detected.MarkLength..], characters, flush: isWhole);

        var dialect = CsvSniffer.Find(new string(characters, 0, Math.Min(count, SniffedCharacters)), isWhole && count <= SniffedCharacters);
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        var undecodable = 0;
        var parser = new CsvParser(dialect.Delimiter, budget, rows.Add);
        long total = length;
        while (true)
        {
            var piece = characters.AsSpan(0, count);
            undecodable += piece.Count('\uFFFD');
            parser.Feed(piece);
            budget.Check();
            if (isWhole)
            {
                break;
            }

            length = input.Read(start, 0, PieceBytes);
            total += length;
            if (total > budget.Limits.InputBytes)
            {
                throw new DocumentRefusedException(RefusalReason.TooLarge, $"The table has more than {budget.Limits.InputBytes} bytes. Split it.");
            }

            isWhole = length == 0;
            count = decoder.GetChars(start.AsSpan(0, length), characters, flush: isWhole);
        }

        parser.Complete();
        if (dialect.SkipsFirstRow && rows.Count > 0)
        {
            rows.RemoveAt(0);
        }

        return new CsvRows(rows.ToImmutable(), dialect, detected, parser.EndedInsideQuotes, undecodable);
    }
}
