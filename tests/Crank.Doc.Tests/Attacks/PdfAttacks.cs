using System.Globalization;
using System.IO.Compression;
using System.Text;
using Crank.Doc.Tests.Pdf;

namespace Crank.Doc.Tests.Attacks;

/// <summary>PDFs whose numbers lie, whose objects lead in circles and whose streams unpack to far more than they are.</summary>
internal static class PdfAttacks
{
    private static readonly string[] Numbers = ["-1", "0", "2147483648", "9223372036854775808", "1e300", "-1e300", "1e999", "NaN", "Infinity", "0.0000000000000001", "--5", "4 0 R", "(x)", "null", "[1 2]", "+-.", "99999999999999999999999999999999"];

    public static IEnumerable<(string Name, byte[] Content)> All()
    {
        foreach (var number in Numbers)
        {
            var n = number.Replace(' ', '-');
            yield return ($"length-{n}", Page(number, "", "BT /F1 12 Tf 60 700 Td (x) Tj ET"));
            yield return ($"predictor-{n}", Page(null, $"/Filter /FlateDecode /DecodeParms << /Predictor {number} >>", Packed("BT (x) Tj ET")));
            yield return ($"predictor-columns-{n}", Page(null, $"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns {number} /Colors {number} /BitsPerComponent {number} >>", Packed("BT (x) Tj ET")));
            yield return ($"lzw-early-{n}", Page(null, $"/Filter /LZWDecode /DecodeParms << /EarlyChange {number} >>", [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]));
            yield return ($"operands-{n}", Page(null, "", $"BT /F1 {number} Tf {number} {number} Td {number} Tr {number} Tz {number} TL {number} Tw (x) Tj [{number} (y) {number}] TJ {number} 0 0 {number} 0 0 Tm (z) Tj ET {number} 0 0 1 0 0 cm"));
            yield return ($"page-{n}", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET").Replace("/MediaBox [0 0 595 842]", $"/MediaBox [0 0 {number} {number}] /Rotate {number} /CropBox {number}"));
            yield return ($"object-stream-{n}", ObjectStream($"/N {number} /First {number}", "1 0 2 5 << >> << >>"));
            yield return ($"object-stream-offsets-{n}", ObjectStream("/N 3 /First 20", $"{number} {number} 1 {number} << /Type /Catalog >>"));
            yield return ($"font-widths-{n}", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET").Replace("/Encoding /WinAnsiEncoding", $"/Encoding /WinAnsiEncoding /FirstChar {number} /LastChar {number} /Widths [{number}]"));
        }

        yield return ("arrays-deep", Page(null, "", "BT " + Times("[", 100_000) + " TJ ET"));
        yield return ("dictionaries-deep", Latin("%PDF-1.7\n1 0 obj " + Times("<< /A ", 100_000) + " endobj"));
        yield return ("strings-deep", Page(null, "", "BT " + Times("(", 100_000) + " Tj ET"));
        yield return ("page-tree-deep", PageTree(3000, i => $"{i + 1} 0 R"));
        yield return ("page-tree-circle", PageTree(50, i => $"{(i == 51 ? 2 : i + 1)} 0 R"));
        yield return ("page-tree-wide", PageTree(12, i => Times($"{i + 1} 0 R ", 30)));
        yield return ("kids-of-one-page", Latin("%PDF-1.7\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [" + Times("<< /Type /Page >> ", 30_000) + "] >> endobj trailer << /Root 1 0 R >>"));
        yield return ("references-in-a-circle", Latin("%PDF-1.7\n1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer << /Root 1 0 R >>"));
        yield return ("root-is-itself", Latin("%PDF-1.7\n1 0 obj << /Pages 1 0 R /Kids [1 0 R] >> endobj trailer << /Root 1 0 R >>"));
        yield return ("filter-in-a-circle", Latin("%PDF-1.7\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R] >> endobj 3 0 obj << /Contents 4 0 R >> endobj 4 0 obj << /Filter 4 0 R /Length 4 0 R /DecodeParms 4 0 R >> stream\nx\nendstream endobj trailer << /Root 1 0 R >>"));
        yield return ("contents-again-and-again", Latin($"%PDF-1.7\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R] >> endobj 3 0 obj << /Contents [{Times("4 0 R ", 20_000)}] >> endobj 4 0 obj << /Length 1000 >> stream\n{new string('q', 1000)}\nendstream endobj trailer << /Root 1 0 R >>"));
        yield return ("objects-many", Latin("%PDF-1.7\n" + Many(100_000, i => $"{i} 0 obj null endobj\n")));
        yield return ("obj-words", Latin("%PDF-1.7\n" + Times("1 0 obj ", 200_000)));
        yield return ("trailers", Latin("%PDF-1.7\n" + Times("trailer << /Root 1 0 R >> ", 50_000)));
        yield return ("streams-never-ended", Latin("%PDF-1.7\n" + Many(20_000, i => $"{i} 0 obj << /Length 99 >> stream\n")));
        yield return ("names-escaped", PdfSamples.OnePage("/#zz#41#0 Do " + Times("/#", 50_000)));
        yield return ("title-long", PdfSamples.OnePage("").Replace("(A small leaflet)", $"({new string('t', 3 << 20)})"));
        yield return ("inline-pictures", Page(null, "", Times("BI /W 1 ID x EI ", 20_000)));
        yield return ("inline-picture-open", Page(null, "", Times("BI ID EIEI", 50_000)));
        yield return ("marked-content", Page(null, "", Times("/Span << /ActualText (x) >> BDC ", 20_000)));
        yield return ("saved-states", Page(null, "", Times("q ", 100_000) + "BT /F1 12 Tf 60 700 Td (x) Tj ET"));
        yield return ("letters-many", Page(null, "", "BT /F1 12 Tf 60 700 Td " + Times($"({new string('x', 1000)}) Tj ", 300) + "ET"));
        yield return ("letters-scattered", Page(null, "", Many(5000, i => $"BT /F1 1 Tf {i * 37 % 595} {i * 91 % 842} Td (x) Tj ET ")));
        yield return ("to-unicode-wide", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET", objects: Stream(9, "", "begincmap 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange 100000000 beginbfchar <00> <" + Times("0041", 10_000) + "> endbfchar")).Replace("/Encoding /WinAnsiEncoding", "/ToUnicode 9 0 R"));
        yield return ("to-unicode-many", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET", objects: Stream(9, "", "begincmap " + Times("1 beginbfrange <0000> <FFFF> <0041> endbfrange ", 2000))).Replace("/Encoding /WinAnsiEncoding", "/ToUnicode 9 0 R"));
        yield return ("differences", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET").Replace("/Encoding /WinAnsiEncoding", $"/Encoding << /Differences [{Times("99999999999 /a -5 /b ", 20_000)}] >>"));
        foreach (var subtype in new[] { "Type0", "Type3", "TrueType", "MMType1", "CIDFontType2", "Nonsense" })
        {
            yield return ($"font-{subtype}", PdfSamples.OnePage("BT /F1 12 Tf 60 700 Td (x) Tj ET").Replace("/Subtype /Type1", $"/Subtype /{subtype} /DescendantFonts [5 0 R] /FontDescriptor << /FontFile 4 0 R /FontFile2 4 0 R /FontFile3 4 0 R >> /FontMatrix [0 0 0 0 0 0] /CIDToGIDMap 4 0 R /W [0 99999999 5]"));
        }

        foreach (var (name, filters, content) in Bombs())
        {
            yield return ($"bomb-{name}", Page(null, $"/Filter [{filters}]", content));
        }
    }

    private static IEnumerable<(string Name, string Filters, byte[] Content)> Bombs()
    {
        yield return ("ascii85", "/ASCII85Decode", Latin(new string('z', 8 << 20)));
        yield return ("flate-ascii85", "/FlateDecode /ASCII85Decode", Zlib(Latin(new string('z', 23 << 20))));
        yield return ("flate-ascii85-twice", "/FlateDecode /ASCII85Decode /ASCII85Decode", Zlib(Latin(new string('z', 23 << 20))));
        yield return ("run-length", "/RunLengthDecode", [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i % 2 == 0 ? 129 : 'q'))]);
        yield return ("flate-run-length", "/FlateDecode /RunLengthDecode", Zlib([.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i % 2 == 0 ? 129 : 'q'))]));
        yield return ("flate-twice", "/FlateDecode /FlateDecode", Zlib(Zlib(new byte[20 << 20])));
        yield return ("flate-thrice", "/FlateDecode /FlateDecode /FlateDecode", Zlib(Zlib(Zlib(new byte[20 << 20]))));
        yield return ("flate-hex", "/FlateDecode /ASCIIHexDecode", Zlib(Latin(new string('4', 20 << 20))));
        yield return ("flate-broken", "/FlateDecode", [.. Zlib(new byte[1 << 20]).Take(500), .. new byte[500]]);
    }

    private static byte[] Page(string? length, string extra, string content) => Page(length, extra, Latin(content));

    private static byte[] Page(string? length, string extra, byte[] content) =>
    [
        .. Latin($"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >> endobj\n5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj\n4 0 obj << /Length {length ?? content.Length.ToString(CultureInfo.InvariantCulture)} {extra} >> stream\n"),
        .. content,
        .. Latin("\nendstream endobj\ntrailer << /Root 1 0 R >>\n"),
    ];

    private static byte[] ObjectStream(string extra, string content) =>
        Latin($"%PDF-1.7\n9 0 obj << /Type /ObjStm {extra} /Length {content.Length} >> stream\n{content}\nendstream endobj\ntrailer << /Root 1 0 R >>\n");

    private static byte[] PageTree(int nodes, Func<int, string> kids) =>
        Latin("%PDF-1.7\n1 0 obj << /Pages 2 0 R >> endobj " + Many(nodes, i => $"{i + 2} 0 obj << /Kids [{kids(i + 2)}] >> endobj ") + $"{nodes + 2} 0 obj << /Type /Page >> endobj trailer << /Root 1 0 R >>");

    private static string Stream(int number, string extra, string content) => $"{number} 0 obj << /Length {content.Length} {extra} >> stream\n{content}\nendstream endobj";

    private static byte[] Packed(string text) => Zlib(Latin(text));

    private static byte[] Zlib(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Replace(this byte[] pdf, string what, string by) => Latin(Encoding.Latin1.GetString(pdf).Replace(what, by, StringComparison.Ordinal));

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Many(int times, Func<int, string> text) => string.Concat(Enumerable.Range(0, times).Select(text));
}
