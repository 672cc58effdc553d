using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing;

namespace Crank.Doc.Tests.Pdf;

public sealed class PdfReadingTests
{
    private static readonly string[] _left = ["The first column tells a story of", "some length about a river and its", "banks, where people used to live", "long before the road was built."];
    private static readonly string[] _right = ["The second column goes on with the", "story and tells of the road and of", "those who built it in three years", "with nothing but their own hands."];

    [Fact]
    public void Columns_are_read_one_after_the_other_under_their_heading()
    {
        var text = Text(Read(PdfSamples.OnePage(PdfSamples.Lines(60, 780, 20, "A river and a road") + Interleaved())));
        Assert.Equal($"A river and a road\n{string.Join(' ', _left)}\n{string.Join(' ', _right)}", text);
    }

    [Fact]
    public void Larger_type_is_a_heading_and_the_title_comes_from_the_file()
    {
        var document = Read(PdfSamples.OnePage(PdfSamples.Lines(60, 780, 20, "A river and a road") + PdfSamples.Lines(60, 700, 10, _left)));
        Assert.Equal(1, Assert.IsType<Block.Heading>(document.Blocks[0]).Level);
        Assert.Equal(("A small leaflet", 1), (document.Metadata.Title, document.Metadata.Pages));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), document.Metadata.Created);
    }

    [Fact]
    public void A_word_that_was_split_at_the_end_of_a_line_is_joined() =>
        Assert.Equal("The whole community was there.", Text(Read(PdfSamples.OnePage(PdfSamples.Lines(60, 700, 10, "The whole commu-", "nity was there.")))));

    [Fact]
    public void Invisible_text_and_text_beside_the_page_is_left_out_and_counted()
    {
        var document = Read(PdfSamples.OnePage(PdfSamples.Lines(60, 700, 10, "seen") + "BT 3 Tr /F1 10 Tf 60 600 Td (unseen) Tj ET BT 0 Tr /F1 10 Tf 4000 600 Td (beside) Tj ET"));
        Assert.Equal("seen", Text(document));
        Assert.Contains(document.Losses, l => l is { Kind: LossKind.HiddenText, Count: 12 });
        Assert.Contains(document.Findings, f => f.Kind == FindingKind.HiddenText);
    }

    [Fact]
    public void Text_that_stands_for_a_glyph_is_what_is_read() =>
        Assert.Equal("office", Text(Read(PdfSamples.OnePage("BT /F1 10 Tf 60 700 Td (o) Tj /Span << /ActualText (ffi) >> BDC (?) Tj EMC (ce) Tj ET"))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_stream_that_unpacks_without_measure_is_refused(int filters) =>
        Assert.Equal(RefusalReason.DecompressionBomb, Refusal(PdfSamples.Bomb(filters)));

    [Fact]
    public void A_chain_of_filters_longer_than_any_honest_one_is_refused() =>
        Assert.Equal(RefusalReason.DecompressionBomb, Refusal(System.Text.Encoding.Latin1.GetBytes(
            $"%PDF-1.7\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R] >> endobj 3 0 obj << /Contents 4 0 R >> endobj 4 0 obj << /Filter [{string.Concat(Enumerable.Repeat("/ASCIIHexDecode ", 9))}] >> stream\n41>\nendstream endobj trailer << /Root 1 0 R >>")));

    [Fact]
    public void An_encrypted_file_is_refused_as_such() =>
        Assert.Equal(RefusalReason.Encrypted, Refusal(PdfSamples.OnePage("", trailerExtra: "/Encrypt 9 0 R")));

    [Theory]
    [InlineData("%PDF-1.7\n")]
    [InlineData("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj")]
    [InlineData("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Kids [2 0 R] >> endobj")]
    public void A_file_without_pages_is_damaged(string text) => Assert.Equal(RefusalReason.Damaged, Refusal(System.Text.Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Forms_that_draw_each_other_without_end_are_drawn_once()
    {
        var document = Read(PdfSamples.OnePage(
            "/X Do", resourcesExtra: "/XObject << /X 9 0 R >>",
            objects: "9 0 obj << /Subtype /Form /BBox [0 0 600 900] /Length 54 /Resources << /Font << /F1 5 0 R >> /XObject << /X 9 0 R >> >> >> stream\nBT /F1 10 Tf 60 700 Td (once only is enough) Tj ET /X Do\nendstream endobj"));
        Assert.Equal("once only is enough", Text(document));
        Assert.Contains(document.Findings, f => f.Kind == FindingKind.Malformed);
    }

    [Theory]
    [InlineData("/OpenAction << /S /JavaScript /JS (x) >>", FindingKind.ActiveContent)]
    [InlineData("/OpenAction << /S /Launch /F (x) >>", FindingKind.ActiveContent)]
    [InlineData("/OpenAction << /S /URI /URI (http://127.0.0.1/) >>", FindingKind.ExternalReference)]
    [InlineData("/Names << /EmbeddedFiles << /Names [(x) << /Type /Filespec /F (x.exe) /EF << >> >>] >> >>", FindingKind.Attachment)]
    public void What_a_file_would_run_or_carries_is_found(string catalog, FindingKind kind) =>
        Assert.Contains(Read(PdfSamples.OnePage(PdfSamples.Lines(60, 700, 10, "text"), catalog)).Findings, f => f.Kind == kind);

    [Fact]
    public void The_sample_leaflet_reads_as_a_person_would()
    {
        var markdown = DocumentWriters.Write(OutputFormat.Markdown, Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "leaflet.pdf"))), WriterOptions.Default).Text;
        Assert.StartsWith("# Machines that already run\n\nMost computers in an office sleep", markdown, StringComparison.Ordinal);
        Assert.Contains("and it stops at once when somebody comes back.\n\nThe server room was half empty before", markdown, StringComparison.Ordinal);
        Assert.Contains("## What it took\n\n- one afternoon to join the machines\n- no new cable and no new server\n", markdown, StringComparison.Ordinal);
        Assert.Contains("92.40 €", markdown, StringComparison.Ordinal);
    }

    private static string Interleaved() =>
        string.Concat(_left.Zip(_right).Select((pair, i) => PdfSamples.Lines(60, 700 - (12 * i), 10, pair.First) + PdfSamples.Lines(320, 700 - (12 * i), 10, pair.Second)));

    private static Document Read(byte[] pdf) => DocumentReaders.Read(DocumentFormat.Pdf, pdf, ReaderOptions.Default, Budgets.Fresh());

    private static RefusalReason Refusal(byte[] pdf) => Assert.Throws<DocumentRefusedException>(() => Read(pdf)).Reason;

    private static string Text(Document document) => string.Join('\n', BlockText.Of(document.Blocks));
}
