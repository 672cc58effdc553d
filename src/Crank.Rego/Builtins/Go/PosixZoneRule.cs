using System.Globalization;

namespace Crank.Rego.Builtins.Go;

/// <summary>The rule at the end of a compiled zone: the value of POSIX's <c>TZ</c> with the extensions of RFC 9636, as <c>CET-1CEST,M3.5.0,M10.5.0/3</c>.</summary>
internal sealed class PosixZoneRule
{
    private readonly (int Offset, string Name) _standard;
    private readonly (int Offset, string Name)? _summer;
    private readonly Change _begin;
    private readonly Change _end;

    private PosixZoneRule((int, string) standard, (int, string)? summer, Change begin, Change end)
    {
        _standard = standard;
        _summer = summer;
        _begin = begin;
        _end = end;
    }

    // A day of the year: Mm.w.d, Jn (no leap day) or n (from zero), with the seconds of its day at which the clock changes.
    private readonly record struct Change(char Kind, int A, int B, int C, int Second)
    {
        public long In(long year)
        {
            var january = GoDate.Seconds(year, 1, 1, 0, 0, 0);
            switch (Kind)
            {
                case 'J':
                    return january + ((A - 1 + (A >= 60 && GoDate.DaysIn(year, 2) == 29 ? 1 : 0)) * 86400L) + Second;
                case 'M':
                    var first = new GoDate(year, A, 1, 0, 0, 0, 0);
                    var day = 1 + ((C - first.Weekday + 7) % 7) + ((B - 1) * 7);
                    day -= day > GoDate.DaysIn(year, A) ? 7 : 0;
                    return GoDate.Seconds(year, A, day, 0, 0, Second);
                default:
                    return january + (A * 86400L) + Second;
            }
        }
    }

    /// <summary>Reads a rule; null when the text is none.</summary>
    public static PosixZoneRule? TryParse(string text)
    {
        try
        {
            var at = 0;
            var name = Name(text, ref at);
            var offset = -Clock(text, ref at);
            if (at == text.Length)
            {
                return new((offset, name), null, default, default);
            }

            var summerName = Name(text, ref at);
            var summerOffset = text[at] == ',' ? offset + 3600 : -Clock(text, ref at);
            return new((offset, name), (summerOffset, summerName), Day(text, ref at), Day(text, ref at));
        }
        catch (Exception broken) when (broken is FormatException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Offset and abbreviation at a moment in seconds since the epoch.</summary>
    public (int Offset, string Name) At(long seconds)
    {
        if (_summer is not { } summer)
        {
            return _standard;
        }

        var year = GoDate.At((Int128)seconds * 1_000_000_000, _standard.Offset).Year;
        var begin = _begin.In(year) - _standard.Offset;
        var end = _end.In(year) - summer.Offset;
        var isSummer = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
        return isSummer ? summer : _standard;
    }

    private static string Name(string text, ref int at)
    {
        var start = at;
        if (text[at] == '<')
        {
            at = text.IndexOf('>', at) + 1;
            return at == 0 ? throw new FormatException() : text[(start + 1)..(at - 1)];
        }

        while (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            at++;
        }

        return at - start < 3 ? throw new FormatException() : text[start..at];
    }

    private static int Clock(string text, ref int at)
    {
        var sign = text[at] == '-' ? -1 : 1;
        at += text[at] is '-' or '+' ? 1 : 0;
        var seconds = 0;
        for (var unit = 3600; unit > 0; unit /= 60)
        {
            seconds += Number(text, ref at) * unit;
            if (at >= text.Length || text[at] != ':')
            {
                break;
            }

            at++;
        }

        return sign * seconds;
    }

    private static Change Day(string text, ref int at)
    {
        if (text[at] != ',')
        {
            throw new FormatException();
        }

        at++;
        var kind = text[at] is 'M' or 'J' ? text[at++] : 'n';
        var (a, b, c) = (Number(text, ref at), 0, 0);
        if (kind == 'M')
        {
            at++;
            b = Number(text, ref at);
            at++;
            c = Number(text, ref at);
        }

        var second = 7200;
        if (at < text.Length && text[at] == '/')
        {
            at++;
            second = Clock(text, ref at);
        }

        return new(kind, a, b, c, second);
    }

    private static int Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return int.Parse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
