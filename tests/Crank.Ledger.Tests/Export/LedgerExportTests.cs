using System.Text.Json;

namespace Crank.Ledger.Tests.Export;

public sealed class LedgerExportTests
{
    private static readonly Transfer Plain = Some.Transfer(1, Opening.Owner, Opening.LocalProvider, 12_500) with { Job = Some.Job(4), Kind = "charge" };

    [Fact]
    public void Values_are_separated_by_commas_under_a_header() =>
        Assert.Equal(
            "id,at,job,kind,debit,credit,amount,currency\r\n"
            + "00000000000000000000000002,2026-03-01T12:00:00.0000000Z,00000000000000000000000005,charge,owner,provider/local,0.0125,EUR\r\n",
            Csv(Plain));

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    public void A_text_stays_one_field_and_never_becomes_a_formula(string kind, string field) =>
        Assert.Contains("," + field + ",owner,", Csv(Plain with { Kind = kind }), StringComparison.Ordinal);

    [Fact]
    public void Each_line_is_one_json_object_that_keeps_every_digit()
    {
        var writer = new StringWriter();
        LedgerExport.WriteJsonLines([Plain with { Kind = "a\"\n</b>" }, Plain with { Job = null, Amount = Some.Micros(long.MaxValue) }], writer);
        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rows = lines.Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(("a\"\n</b>", "0.0125"), (rows[0].GetProperty("kind").GetString(), rows[0].GetProperty("amount").GetString()));
        Assert.Equal(("9223372036854.775807", JsonValueKind.Null), (rows[1].GetProperty("amount").GetString(), rows[1].GetProperty("job").ValueKind));
    }

    private static string Csv(Transfer transfer)
    {
        var writer = new StringWriter();
        LedgerExport.WriteCsv([transfer], writer);
        return writer.ToString();
    }
}
