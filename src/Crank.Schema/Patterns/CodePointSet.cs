using System.Globalization;
using System.Text;

namespace Crank.Schema.Patterns;

/// <summary>A set of Unicode code points as ranges, written as an expression over UTF-16 units.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private readonly List<(int From, int To)> _ranges = [];

    public static CodePointSet Of(params ReadOnlySpan<(int From, int To)> ranges)
    {
        var set = new CodePointSet();
        foreach (var (from, to) in ranges)
        {
            set.Add(from, to);
        }

        return set;
    }

    public void Add(int from, int to) => _ranges.Add((from, to));

    public void Add(CodePointSet other) => _ranges.AddRange(other._ranges);

    public CodePointSet Negate()
    {
        var negated = new CodePointSet();
        var next = 0;
        foreach (var (from, to) in Merged())
        {
            if (from > next)
            {
                negated.Add(next, from - 1);
            }

            next = to + 1;
        }

        if (next <= Last)
        {
            negated.Add(next, Last);
        }

        return negated;
    }

    /// <summary>An expression of one atom that matches exactly one code point of the set. Halves of pairs never occur in what it is matched against.</summary>
    public string ToExpression()
    {
        var plain = new StringBuilder();
        var pairs = new List<string>();
        foreach (var (from, to) in Merged())
        {
            AddPlain(plain, from, Math.Min(to, 0xD7FF));
            AddPlain(plain, Math.Max(from, 0xE000), Math.Min(to, 0xFFFF));
            if (to > 0xFFFF)
            {
                AddPairs(pairs, Math.Max(from, 0x10000), to);
            }
        }

        if (plain.Length > 0)
        {
            pairs.Insert(0, $"[{plain}]");
        }

        return pairs.Count switch
        {
            0 => @"[^\s\S]",
            1 when plain.Length > 0 => pairs[0],
            _ => $"(?:{string.Join('|', pairs)})",
        };
    }

    private static void AddPlain(StringBuilder to, int from, int last)
    {
        if (from <= last)
        {
            to.Append(Unit(from)).Append(from == last ? "" : "-" + Unit(last));
        }
    }

    private static void AddPairs(List<string> pairs, int from, int to)
    {
        var (high, low) = Split(from);
        var (lastHigh, lastLow) = Split(to);
        if (high == lastHigh)
        {
            pairs.Add(Unit(high) + Range(low, lastLow));
            return;
        }

        if (low > 0xDC00)
        {
            pairs.Add(Unit(high) + Range(low, 0xDFFF));
            high++;
        }

        if (lastLow < 0xDFFF)
        {
            pairs.Add(Unit(lastHigh) + Range(0xDC00, lastLow));
            lastHigh--;
        }

        if (high <= lastHigh)
        {
            pairs.Add(Range(high, lastHigh) + Range(0xDC00, 0xDFFF));
        }
    }

    private static (int High, int Low) Split(int point) => (0xD800 + ((point - 0x10000) >> 10), 0xDC00 + ((point - 0x10000) & 0x3FF));

    private static string Range(int from, int to) => from == to ? Unit(from) : $"[{Unit(from)}-{Unit(to)}]";

    private static string Unit(int unit) => @"\u" + unit.ToString("X4", CultureInfo.InvariantCulture);

    private List<(int From, int To)> Merged()
    {
        var merged = new List<(int From, int To)>();
        foreach (var (from, to) in _ranges.Order())
        {
            if (merged.Count > 0 && from <= merged[^1].To + 1)
            {
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, to));
            }
            else
            {
                merged.Add((from, to));
            }
        }

        return merged;
    }
}
