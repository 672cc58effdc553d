using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Csv;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using CsCheck;

namespace Crank.Doc.Tests.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public void Pieces_of_any_size_give_the_same_rows() =>
        (from text in Characters("aé漢,;\"\r\n 1", 80)
         from size in Gen.Int[1, 7]
         select (text, size)).Sample(t =>
        {
            var bytes = Encoding.UTF8.GetBytes(t.text);
            return Same(Read(new MemoryStream(bytes)), Read(new Pieces(bytes, t.size)));
        });

    [Fact]
    public void What_is_quoted_by_the_rules_comes_back_as_it_was() =>
        Characters("a漢,\"\r\n ", 12).Array[2, 5].Array[2, 6].Sample(rows =>
        {
            var width = rows.Min(r => r.Length);
            var cells = rows.Select(r => r[..width]).ToArray();
            var text = string.Concat(cells.Select(r => string.Join(',', r.Select(c => $"\"{c.Replace("\"", "\"\"")}\"")) + "\r\n"));
            var read = Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
            return read.Length == cells.Length && read.Zip(cells).All(p => p.First.SequenceEqual(p.Second));
        });

    [Theory]
    [InlineData("a;b;c\n1,5;2;3\n", ';')]
    [InlineData("a\tb\n1,2\t3\n", '\t')]
    [InlineData("sep=|\na|b\n", '|')]
    [InlineData("\"a;b\",c\n\"d;e\",f\n", ',')]
    [InlineData("name,tags\nx,a|b\ny,c|d\nz,e|f\n", ',')]
    [InlineData("1,5;2,5\n3,5;4,5\n", ';')]
    [InlineData("one\ntwo\n", ',')]
    public void The_delimiter_is_the_one_that_makes_a_table(string text, char delimiter) =>
        Assert.Equal(delimiter, CsvSniffer.Find(text, isWhole: true).Delimiter);

    [Theory]
    [InlineData("=1+1", true)]
    [InlineData("@SUM(A1)", true)]
    [InlineData("+1+cmd|x", true)]
    [InlineData("-5", false)]
    [InlineData("+49 30 123", false)]
    [InlineData("-", false)]
    [InlineData("a=1", false)]
    public void A_cell_that_a_spreadsheet_would_run_is_found(string cell, bool formula) =>
        Assert.Equal(formula, Document($"name,value\nx,\"{cell}\"\n").Findings.Any(f => f.Kind == FindingKind.FormulaLikeText));

    [Fact]
    public void A_row_that_ends_early_is_filled_up()
    {
        var table = Assert.IsType<Block.Table>(Assert.Single(Document("a,b,c\n1\n").Blocks));
        Assert.All(table.Rows, r => Assert.Equal(3, r.Cells.Length));
    }

    [Fact]
    public void Short_rows_beside_a_wide_one_cost_what_they_fill()
    {
        var text = new string(',', 999) + "\n" + string.Concat(Enumerable.Repeat("x\n", 999));
        Assert.Equal(RefusalReason.TooManyCells, Assert.Throws<DocumentRefusedException>(() =>
            DocumentReaders.Read(DocumentFormat.Csv, Encoding.UTF8.GetBytes(text), ReaderOptions.Default, Budgets.Fresh(ReaderLimits.Default with { Cells = 100_000 }))).Reason);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_found() =>
        Assert.Contains(Document("a,b\n1,\"x\n").Findings, f => f.Kind == FindingKind.Malformed);

    private static Gen<string> Characters(string from, int most) => Gen.Int[0, from.Length - 1].Select(i => from[i]).Array[0, most].Select(c => new string(c));

    private static Document Document(string text) => DocumentReaders.Read(DocumentFormat.Csv, Encoding.UTF8.GetBytes(text), ReaderOptions.Default, Budgets.Fresh());

    private static ImmutableArray<ImmutableArray<string>> Read(Stream stream) => CsvReader.Read(stream, null, Budgets.Fresh()).Rows;

    private static bool Same(ImmutableArray<ImmutableArray<string>> a, ImmutableArray<ImmutableArray<string>> b) =>
        a.Length == b.Length && a.Zip(b).All(p => p.First.SequenceEqual(p.Second));

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
