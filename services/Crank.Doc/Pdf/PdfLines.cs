using System.Text;

namespace Crank.Doc.Pdf;

/// <summary>Letters to lines: what follows on the same base line belongs together, a gap is a blank, a wide gap a new line.</summary>
internal static class PdfLines
{
    private const double BlankGap = 0.17;
    private const double WideGap = 1.6;
    private const double SameBase = 0.35;

    public static List<PdfLine> Of(List<PdfGlyph> glyphs)
    {
        var lines = new List<PdfLine>();
        foreach (var row in Rows(glyphs))
        {
            row.Sort(static (a, b) => a.Left.CompareTo(b.Left));
            Cut(row, lines);
        }

        return lines;
    }

    /// <summary>Groups by base line, from top to bottom.</summary>
    private static IEnumerable<List<PdfGlyph>> Rows(List<PdfGlyph> glyphs)
    {
        glyphs.Sort(static (a, b) => b.Base.CompareTo(a.Base));
        var row = new List<PdfGlyph>();
        var at = 0.0;
        foreach (var glyph in glyphs)
        {
            if (row.Count > 0 && at - glyph.Base > SameBase * Math.Min(row[0].Size, glyph.Size))
            {
                yield return row;
                row = [];
            }

            if (row.Count == 0)
            {
                at = glyph.Base;
            }

            row.Add(glyph);
        }

        if (row.Count > 0)
        {
            yield return row;
        }
    }

    private static void Cut(List<PdfGlyph> row, List<PdfLine> lines)
    {
        var text = new StringBuilder();
        var first = row[0];
        var right = first.Left;
        var letters = 0;
        var bold = 0;
        double size = 0, baseline = 0;
        PdfGlyph? before = null;
        foreach (var glyph in row)
        {
            // Bold is often made by setting the same letter twice, a hair apart.
            if (before is { } twin && twin.Text == glyph.Text && Math.Abs(twin.Left - glyph.Left) < 0.12 * glyph.Size && glyph.Text != " ")
            {
                continue;
            }

            var gap = glyph.Left - right;
            if (letters > 0 && gap > WideGap * Math.Max(glyph.Size, size))
            {
                End();
                first = glyph;
            }
            else if (letters > 0 && gap > BlankGap * glyph.Size && text[^1] != ' ' && glyph.Text != " ")
            {
                text.Append(' ');
            }

            before = glyph;
            if (string.IsNullOrWhiteSpace(glyph.Text))
            {
                if (text.Length > 0 && text[^1] != ' ')
                {
                    text.Append(' ');
                }

                continue;
            }

            if (letters == 0)
            {
                first = glyph;
            }

            text.Append(glyph.Text);
            right = Math.Max(right, glyph.Right);
            size = Math.Max(size, glyph.Size);
            baseline = letters == 0 ? glyph.Base : Math.Min(baseline, glyph.Base);
            letters++;
            bold += glyph.Bold ? 1 : 0;
        }

        End();

        void End()
        {
            if (letters > 0)
            {
                lines.Add(new PdfLine(text.ToString().Trim(), first.Left, right, baseline, size, bold * 2 > letters));
            }

            text.Clear();
            (letters, bold, size, right) = (0, 0, 0, double.NegativeInfinity);
            before = null;
        }
    }
}
