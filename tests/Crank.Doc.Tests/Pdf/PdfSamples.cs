using System.IO.Compression;
using System.Text;

namespace Crank.Doc.Tests.Pdf;

/// <summary>Small PDFs, written by hand.</summary>
internal static class PdfSamples
{
    public static byte[] OnePage(string content, string catalogExtra = "", string trailerExtra = "", string resourcesExtra = "", string objects = "") => Encoding.Latin1.GetBytes(
        $"""
        %PDF-1.7
        1 0 obj << /Type /Catalog /Pages 2 0 R {catalogExtra} >> endobj
        2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
        3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R /F2 6 0 R >> {resourcesExtra} >> /Contents 4 0 R >> endobj
        4 0 obj << /Length {content.Length} >> stream
        {content}
        endstream endobj
        5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> endobj
        6 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> endobj
        7 0 obj << /Title (A small leaflet) /Author (The Crank project) /CreationDate (D:20260102030405+01'00') >> endobj
        {objects}
        trailer << /Root 1 0 R /Info 7 0 R {trailerExtra} >>
        %%EOF
        """);

    public static string Lines(double x, double y, double size, params string[] lines) =>
        string.Concat(lines.Select((line, i) => FormattableString.Invariant($"BT /F1 {size} Tf {x} {y - (i * size * 1.2)} Td ({line}) Tj ET\n")));

    public static byte[] Bomb(int times)
    {
        var packed = new byte[64 << 20];
        for (var i = 0; i < times; i++)
        {
            using var to = new MemoryStream();
            using (var zlib = new ZLibStream(to, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write(packed);
            }

            packed = to.ToArray();
        }

        var filters = string.Concat(Enumerable.Repeat("/FlateDecode ", times));
        return
        [
            .. Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Kids [3 0 R] >> endobj\n3 0 obj << /Type /Page /Contents 4 0 R >> endobj\n4 0 obj << /Length {packed.Length} /Filter [{filters}] >> stream\n"),
            .. packed,
            .. "\nendstream endobj\ntrailer << /Root 1 0 R >>\n"u8,
        ];
    }
}
