using System.Text;

namespace Crank.Doc.Pdf;

/// <summary>Text strings of ISO 32000-1, 7.9.2: UTF-16 or UTF-8 by mark, else PDFDocEncoding, of which the part beyond Latin-1 is rare.</summary>
internal static class PdfText
{
    public static string Of(PdfString value) => value.Bytes switch
    {
        [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
        [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
        [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
        var bytes => Encoding.Latin1.GetString(bytes),
    };
}
