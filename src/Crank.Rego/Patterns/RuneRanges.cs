namespace Crank.Rego.Patterns;

/// <summary>A set of code points as sorted ranges that neither touch nor overlap.</summary>
internal sealed class RuneRanges
{
    /// <summary>The last code point of Unicode.</summary>
    public const int Last = 0x10FFFF;

    private readonly List<(int First, int Last)> _ranges = [];
    private bool _normal = true;

    public static RuneRanges Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        var set = new RuneRanges();
        foreach (var (first, last) in ranges)
        {
            set.Add(first, last);
        }

        return set;
    }

    /// <summary>The ranges, in order.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges
    {
        get
        {
            Normalize();
            return _ranges;
        }
    }

    /// <summary>The set itself, after which reading it changes nothing inside: it may then be shared between threads.</summary>
    public RuneRanges Settled()
    {
        Normalize();
        return this;
    }

    public void Add(int first, int last)
    {
        _ranges.Add((first, last));
        _normal = false;
    }

    public void Add(RuneRanges other)
    {
        _ranges.AddRange(other.Ranges);
        _normal = false;
    }

    /// <summary>Every code point that is not in the set.</summary>
    public RuneRanges Negated()
    {
        var result = new RuneRanges();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
            {
                result.Add(next, first - 1);
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            result.Add(next, Last);
        }

        return result;
    }

    /// <summary>What both this set and the given range hold.</summary>
    public RuneRanges Within(int from, int to)
    {
        var result = new RuneRanges();
        foreach (var (first, last) in Ranges)
        {
            if (Math.Max(first, from) is var low && Math.Min(last, to) is var high && low <= high)
            {
                result.Add(low, high);
            }
        }

        return result;
    }

    private void Normalize()
    {
        if (_normal || _ranges.Count == 0)
        {
            return;
        }

        _ranges.Sort();
        var kept = 0;
        for (var i = 1; i < _ranges.Count; i++)
        {
            if (_ranges[i].First <= _ranges[kept].Last + 1)
            {
                _ranges[kept] = (_ranges[kept].First, Math.Max(_ranges[kept].Last, _ranges[i].Last));
            }
            else
            {
                _ranges[++kept] = _ranges[i];
            }
        }

        _ranges.RemoveRange(kept + 1, _ranges.Count - kept - 1);
        _normal = true;
    }
}
