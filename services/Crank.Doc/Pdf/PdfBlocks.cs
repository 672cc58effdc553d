using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Pdf;

/// <summary>Lines to paragraphs, headings and bullet lists, by distance, size of type and the marks at their start.</summary>
/// <param name="bodySize">The size of type that most letters of the document have.</param>
/// <param name="headingSizes">Sizes that headings have, largest first.</param>
internal sealed class PdfBlocks(double bodySize, ImmutableArray<double> headingSizes)
{
    private const double HeadingScale = 1.14;
    private const int LongestHeading = 200;
    private const string Bullets = "\u2022\u25CF\u25AA\u25E6\u2023\u2043\u00B7\u25A0";

    public static PdfBlocks For(IEnumerable<PdfLine> lines)
    {
        var sizes = lines.GroupBy(l => Math.Round(l.Size * 2) / 2).Select(g => (Size: g.Key, Letters: g.Sum(l => l.Text.Length))).OrderByDescending(g => g.Letters).ToList();
        var body = sizes.Count == 0 ? 10 : sizes[0].Size;
        return new PdfBlocks(body, [.. sizes.Where(s => s.Size >= body * HeadingScale).Select(s => s.Size).OrderDescending().Take(6)]);
    }

    public void Add(List<PdfLine> region, ImmutableArray<Block>.Builder to)
    {
        var spacing = Spacing(region);
        var right = region.Max(l => l.Right);
        var left = region.Min(l => l.Left);
        var paragraph = new List<PdfLine>();
        var items = new List<ListItem>();
        foreach (var line in region)
        {
            if (paragraph.Count > 0 && Parts(paragraph, line, spacing, left, right))
            {
                Flush(paragraph, items, to);
            }

            paragraph.Add(line);
        }

        Flush(paragraph, items, to);
        FlushList(items, to);
    }

    private static double Spacing(List<PdfLine> region)
    {
        var steps = region.Zip(region.Skip(1)).Select(p => p.First.Base - p.Second.Base).Where(d => d > 1).Order().ToList();
        return steps.Count == 0 ? 0 : steps[steps.Count / 3];
    }

    private static bool Parts(List<PdfLine> paragraph, PdfLine line, double spacing, double left, double right)
    {
        var last = paragraph[^1];
        var step = last.Base - line.Base;
        if (step < 0.35 * line.Size)
        {
            return false;
        }

        return Math.Abs(last.Size - line.Size) > 0.1 * line.Size
            || last.Bold != line.Bold
            || step > 1.35 * Math.Max(spacing, line.Size)
            || Bullets.Contains(line.Text[0], StringComparison.Ordinal)
            || (last.Right < right - (0.25 * (right - left)) && (last.Text[^1] is '.' or ':' or '!' or '?' || char.IsUpper(line.Text[0]) || char.IsDigit(line.Text[0])))
            || (line.Left > last.Left + line.Size && last.Text[^1] is '.' or ':' && line.Left > left + line.Size);
    }

    private void Flush(List<PdfLine> paragraph, List<ListItem> items, ImmutableArray<Block>.Builder to)
    {
        if (paragraph.Count == 0)
        {
            return;
        }

        var text = Joined(paragraph);
        if (text.Length > 2 && Bullets.Contains(text[0], StringComparison.Ordinal))
        {
            items.Add(new ListItem([Paragraph(text[1..].TrimStart())]));
        }
        else
        {
            FlushList(items, to);
            to.Add(Level(paragraph, text) is { } level ? new Block.Heading(level, [new Inline.Text(text)]) : Paragraph(text));
        }

        paragraph.Clear();
    }

    private static Block.Paragraph Paragraph(string text) => new([new Inline.Text(text)]);

    private static void FlushList(List<ListItem> items, ImmutableArray<Block>.Builder to)
    {
        if (items.Count > 0)
        {
            to.Add(new Block.List(Ordered: false, 1, Tight: true, [.. items]));
            items.Clear();
        }
    }

    private int? Level(List<PdfLine> paragraph, string text)
    {
        var size = Math.Round(paragraph[0].Size * 2) / 2;
        var level = headingSizes.IndexOf(size);
        return level >= 0 && size >= bodySize * HeadingScale && text.Length <= LongestHeading && text.Any(char.IsLetter) ? level + 1 : null;
    }

    private static string Joined(List<PdfLine> lines)
    {
        var text = new StringBuilder();
        PdfLine? before = null;
        foreach (var line in lines)
        {
            if (before is not null)
            {
                var isSplit = text.Length > 1 && text[^1] is '-' or '\u00AD' && char.IsLetter(text[^2]) && char.IsLower(line.Text[0]) && before.Base - line.Base > 1;
                if (isSplit)
                {
                    text.Length--;
                }
                else
                {
                    text.Append(' ');
                }
            }

            text.Append(line.Text);
            before = line;
        }

        return text.ToString();
    }
}
