namespace Crank.Doc.Pdf;

/// <summary>Puts the lines of a page in reading order: cut into columns where both sides are running text, else read row by row.</summary>
internal static class PdfColumns
{
    private const int MaxDepth = 24;
    private const int FewestLines = 3;
    private const double FewestLetters = 18;
    private const double Gutter = 0.9;

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

            if (UnderHeading(lines) is var (above, below))
            {
                Cut(above, regions, depth + 1);
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

    /// <summary>The highest cut between two rows under which the page falls into columns.</summary>
    private static (List<PdfLine> Above, List<PdfLine> Below)? UnderHeading(List<PdfLine> lines)
    {
        var sorted = lines.OrderByDescending(l => l.Top).ToList();
        var tried = 0;
        var bottom = sorted[0].Bottom;
        for (var i = 1; i < sorted.Count - (2 * FewestLines) && tried < 40; i++)
        {
            if (sorted[i].Top <= bottom)
            {
                tried++;
                var below = sorted.GetRange(i, sorted.Count - i);
                if (Columns(below) is not null)
                {
                    return (sorted.GetRange(0, i), below);
                }

                var above = sorted.GetRange(0, i);
                if (above.Count >= 2 * FewestLines && Columns(above) is not null)
                {
                    return (above, below);
                }
            }

            bottom = Math.Min(bottom, sorted[i].Bottom);
        }

        return null;
    }
}
