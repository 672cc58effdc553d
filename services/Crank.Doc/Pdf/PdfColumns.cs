namespace Crank.Doc.Pdf;

/// <summary>Puts the lines of a page in reading order: cut into columns where both sides are running text, else read row by row.</summary>
internal static class PdfColumns
{
    private const int MaxDepth = 24;
    private const int FewestLines = 3;
    private const double FewestLetters = 18;
    private const double Gutter = 0.9;
    private const double HeadingScale = 1.1;
    private const int MaxLinesForBands = 300;
    private const int TriesWithoutColumns = 10;

    /// <summary>Regions in reading order; each is one column of lines from top to bottom.</summary>
    public static List<List<PdfLine>> Of(List<PdfLine> lines)
    {
        var regions = new List<List<PdfLine>>();
        Cut(lines, regions, 0);
        return regions;
    }

    private static void Cut(List<PdfLine> lines, List<List<PdfLine>> regions, int depth)
    {
        if (depth < MaxDepth && lines.Count >= 2 * FewestLines)
        {
            if (Columns(lines) is var (left, right))
            {
                Cut(left, regions, depth + 1);
                Cut(right, regions, depth + 1);
                return;
            }

            if (Band(lines) is var (above, band, below))
            {
                Cut(above, regions, depth + 1);
                Cut(band, regions, depth + 1);
                Cut(below, regions, depth + 1);
                return;
            }
        }

        if (lines.Count > 0)
        {
            regions.Add([.. lines.OrderByDescending(l => Math.Round(l.Base)).ThenBy(l => l.Left)]);
        }
    }

    /// <summary>The widest white strip from top to bottom that has running text on both sides.</summary>
    private static (List<PdfLine> Left, List<PdfLine> Right)? Columns(List<PdfLine> lines)
    {
        var size = lines.Average(l => l.Size);
        var covered = double.NegativeInfinity;
        (double Width, double At) best = (Gutter * size, double.NaN);
        foreach (var line in lines.OrderBy(l => l.Left))
        {
            if (line.Left - covered > best.Width && !double.IsNegativeInfinity(covered))
            {
                best = (line.Left - covered, (line.Left + covered) / 2);
            }

            covered = Math.Max(covered, line.Right);
        }

        if (double.IsNaN(best.At))
        {
            return null;
        }

        var left = lines.FindAll(l => l.Left < best.At);
        var right = lines.FindAll(l => l.Left >= best.At);
        return IsRunningText(left) && IsRunningText(right) ? (left, right) : null;
    }

    private static bool IsRunningText(List<PdfLine> lines) =>
        lines.Count >= FewestLines && lines.Average(l => l.Text.Length) >= FewestLetters;

    /// <summary>The highest band of the page that falls into columns, with what stands above and below it.</summary>
    private static (List<PdfLine> Above, List<PdfLine> Band, List<PdfLine> Below)? Band(List<PdfLine> lines)
    {
        if (lines.Count > MaxLinesForBands)
        {
            return null;
        }

        var sorted = lines.OrderByDescending(l => l.Top).ToList();
        for (var start = 0; start + (2 * FewestLines) <= sorted.Count; start++)
        {
            var length = 0;
            for (var tried = 2 * FewestLines; start + tried <= sorted.Count && tried - length <= TriesWithoutColumns; tried++)
            {
                length = Columns(sorted.GetRange(start, tried)) is null ? length : tried;
            }

            length = Trimmed(sorted, start, length);
            if (length >= 2 * FewestLines && length < sorted.Count)
            {
                return (sorted.GetRange(0, start), sorted.GetRange(start, length), sorted[(start + length)..]);
            }
        }

        return null;
    }

    /// <summary>A heading under the shorter column belongs to what follows, although it would fit under the longer one.</summary>
    private static int Trimmed(List<PdfLine> sorted, int start, int length)
    {
        if (length == 0 || Columns(sorted.GetRange(start, length)) is not var (left, right))
        {
            return 0;
        }

        var shorter = Math.Max(left.Min(l => l.Bottom), right.Min(l => l.Bottom));
        var size = left.Average(l => l.Size);
        for (var i = start; i < start + length; i++)
        {
            if (sorted[i].Top <= shorter && sorted[i].Size > HeadingScale * size)
            {
                return i - start;
            }
        }

        return length;
    }
}
