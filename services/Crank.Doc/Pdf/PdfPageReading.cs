using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;

namespace Crank.Doc.Pdf;

/// <summary>The visible letters of one page.</summary>
internal static class PdfPageReading
{
    private const double Unreadable = 0.7;

    /// <summary>Letters by direction of their lines, the horizontal ones first; hidden ones are counted and left out.</summary>
    public static List<List<PdfGlyph>> Glyphs(Page page, bool overPicture, ReaderBudget budget, ReadingLog log)
    {
        var recognised = overPicture && page.Letters.All(l => l.RenderingMode == TextRenderingMode.Neither || string.IsNullOrWhiteSpace(l.Value));
        var byDirection = new SortedDictionary<int, List<PdfGlyph>>();
        var hidden = 0;
        foreach (var letter in page.Letters)
        {
            budget.Tick();
            if (!IsVisible(letter, page, recognised))
            {
                hidden += string.IsNullOrWhiteSpace(letter.Value) ? 0 : 1;
                continue;
            }

            var direction = letter.TextOrientation switch
            {
                TextOrientation.Rotate90 => 1,
                TextOrientation.Rotate180 => 2,
                TextOrientation.Rotate270 => 3,
                _ => 0,
            };
            if (!byDirection.TryGetValue(direction, out var glyphs))
            {
                byDirection[direction] = glyphs = [];
            }

            glyphs.Add(Glyph(letter, direction));
        }

        if (hidden > 0)
        {
            log.Lose(LossKind.HiddenText, hidden);
            log.Find(FindingKind.HiddenText, $"page {page.Number}: {hidden} letters that are invisible or beside the page");
        }

        return [.. byDirection.Values];
    }

    private static bool IsVisible(Letter letter, Page page, bool recognised)
    {
        var box = page.CropBox.Bounds;
        var at = letter.StartBaseLine;
        return (recognised || letter.RenderingMode is not (TextRenderingMode.Neither or TextRenderingMode.NeitherClip))
            && at.X >= Math.Min(0, box.Left) - 1 && at.X <= box.Right + 1 && at.Y >= Math.Min(0, box.Bottom) - 1 && at.Y <= box.Top + 1
            && letter.PointSize >= Unreadable;
    }

    private static PdfGlyph Glyph(Letter letter, int direction)
    {
        var (start, end) = (letter.StartBaseLine, letter.EndBaseLine);
        var (left, right, height) = direction switch
        {
            1 => (-start.Y, -end.Y, start.X),
            2 => (-start.X, -end.X, -start.Y),
            3 => (start.Y, end.Y, -start.X),
            _ => (start.X, end.X, start.Y),
        };
        return new PdfGlyph(Readable(letter.Value), Math.Min(left, right), Math.Max(left, right), height, letter.PointSize, letter.FontName?.Contains("Bold", StringComparison.OrdinalIgnoreCase) ?? false);
    }

    /// <summary>Ligatures become their letters; those in the private area are what browsers' fonts use.</summary>
    private static string Readable(string text)
    {
        if (text.Length == 1 && text[0] is > ' ' and < '\u0080')
        {
            return text;
        }

        var readable = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\uFB00' or '\uF001': readable.Append("ff"); break;
                case '\uFB01' or '\uF002': readable.Append("fi"); break;
                case '\uFB02' or '\uF003': readable.Append("fl"); break;
                case '\uFB03' or '\uF004': readable.Append("ffi"); break;
                case '\uFB04' or '\uF005': readable.Append("ffl"); break;
                case '\uFB05': readable.Append("ft"); break;
                case '\uFB06': readable.Append("st"); break;
                case '\u00A0' or '\t' or '\n' or '\r': readable.Append(' '); break;
                case < ' ' or '\u007F': break;
                default: readable.Append(c); break;
            }
        }

        return readable.ToString();
    }
}
