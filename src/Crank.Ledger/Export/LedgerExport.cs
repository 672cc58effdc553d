using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Crank.Ledger;

/// <summary>Transfers as text that other programs read; members and columns are only ever added at the end.</summary>
public static class LedgerExport
{
    private const string Header = "id,at,job,kind,debit,credit,amount,currency";
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> s_formula = SearchValues.Create("=+-@\t\r\n");

    /// <summary>Writes comma-separated values with a header (RFC 4180; lines end in CRLF).</summary>
    /// <remarks>A text that a spreadsheet would run as a formula gets an apostrophe in front.</remarks>
    public static void WriteCsv(IEnumerable<Transfer> transfers, TextWriter output)
    {
        output.Write(Header + "\r\n");
        foreach (var transfer in transfers)
        {
            string[] fields =
            [
                transfer.Id.ToString(), Time(transfer), transfer.Job?.ToString() ?? "", transfer.Kind, transfer.Debit.Value, transfer.Credit.Value,
                Amount(transfer), transfer.Amount.Currency.Code,
            ];
            output.Write(string.Join(',', fields.Select(Field)) + "\r\n");
        }
    }

    /// <summary>Writes one JSON object (RFC 8259) a line; amounts are strings, so that no reader rounds them.</summary>
    public static void WriteJsonLines(IEnumerable<Transfer> transfers, TextWriter output)
    {
        foreach (var t in transfers)
        {
            output.Write(
                $$"""{"id":{{Text(t.Id)}},"at":{{Text(Time(t))}},"job":{{(t.Job is { } job ? Text(job) : "null")}},"kind":{{Text(t.Kind)}},"debit":{{Text(t.Debit)}},"credit":{{Text(t.Credit)}},"amount":{{Text(Amount(t))}},"currency":{{Text(t.Amount.Currency)}}}""");
            output.Write('\n');
        }
    }

    private static string Time(Transfer transfer) => transfer.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static string Amount(Transfer transfer) => transfer.Amount.ToString()[..^4];

    private static string Text<T>(T value)
        where T : notnull => $"\"{JsonEncodedText.Encode(value.ToString()!)}\"";

    private static string Field(string text)
    {
        var safe = text.AsSpan().IndexOfAny(s_formula) == 0 ? "'" + text : text;
        return safe.AsSpan().ContainsAny(s_quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
