using System.Globalization;
using System.Text;

namespace Crank.Rego.Builtins.Go;

/// <summary>
/// Go's time layouts, which describe a format by how the moment <c>Mon Jan 2 15:04:05 MST 2006</c> is written in it, read both ways.
/// </summary>
internal static class GoLayout
{
    /// <summary>RFC 3339 to the second.</summary>
    public const string Rfc3339 = "2006-01-02T15:04:05Z07:00";

    /// <summary>RFC 3339 with as many digits of the second as are not zero.</summary>
    public const string Rfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    // Longest first where one begins another; what may not be followed by a letter or digit is checked where it is found.
    private static readonly (string Text, Part Part)[] Parts =
    [
        ("January", Part.LongMonth), ("Jan", Part.Month), ("Monday", Part.LongWeekday), ("Mon", Part.Weekday), ("MST", Part.ZoneName),
        ("01", Part.ZeroMonth), ("02", Part.ZeroDay), ("03", Part.ZeroHour12), ("04", Part.ZeroMinute), ("05", Part.ZeroSecond), ("06", Part.Year),
        ("002", Part.ZeroYearDay), ("15", Part.Hour), ("1", Part.NumMonth), ("2006", Part.LongYear), ("2", Part.Day), ("_2006", Part.UnderLongYear),
        ("_2", Part.UnderDay), ("__2", Part.UnderYearDay), ("3", Part.Hour12), ("4", Part.Minute), ("5", Part.Second), ("PM", Part.Pm), ("pm", Part.LowerPm),
        ("-070000", Part.NumSecondsZone), ("-07:00:00", Part.NumColonSecondsZone), ("-0700", Part.NumZone), ("-07:00", Part.NumColonZone), ("-07", Part.NumShortZone),
        ("Z070000", Part.IsoSecondsZone), ("Z07:00:00", Part.IsoColonSecondsZone), ("Z0700", Part.IsoZone), ("Z07:00", Part.IsoColonZone), ("Z07", Part.IsoShortZone),
    ];

    private enum Part
    {
        None, LongMonth, Month, NumMonth, ZeroMonth, LongWeekday, Weekday, Day, UnderDay, ZeroDay, UnderYearDay, ZeroYearDay,
        Hour, Hour12, ZeroHour12, Minute, ZeroMinute, Second, ZeroSecond, LongYear, UnderLongYear, Year, Pm, LowerPm, ZoneName,
        IsoZone, IsoSecondsZone, IsoShortZone, IsoColonZone, IsoColonSecondsZone,
        NumZone, NumSecondsZone, NumShortZone, NumColonZone, NumColonSecondsZone, Fraction0, Fraction9,
    }

    /// <summary>The layout behind one of Go's named constants, or the text itself.</summary>
    public static string Named(string name) => name switch
    {
        "ANSIC" => "Mon Jan _2 15:04:05 2006",
        "UnixDate" => "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate" => "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822" => "02 Jan 06 15:04 MST",
        "RFC822Z" => "02 Jan 06 15:04 -0700",
        "RFC850" => "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123" => "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z" => "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339" => Rfc3339,
        "RFC3339Nano" => Rfc3339Nano,
        _ => name,
    };

    public static string Weekday(GoDate date) => Weekdays[date.Weekday];

    /// <summary>Writes a moment.</summary>
    /// <param name="date">Its clock reading.</param>
    /// <param name="offset">Seconds east of UTC of that reading.</param>
    /// <param name="zone">The zone's abbreviation.</param>
    /// <param name="layout">Go's layout.</param>
    public static string Format(GoDate date, int offset, string zone, string layout)
    {
        var text = new StringBuilder();
        for (var at = 0; at < layout.Length;)
        {
            var (start, part, length) = Next(layout, at);
            text.Append(layout, at, start - at);
            at = start + length;
            if (part != Part.None)
            {
                WritePart(text, part, layout.AsSpan(start, length), date, offset, zone);
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a moment.</summary>
    /// <returns>Nanoseconds since the epoch, of any size.</returns>
    /// <exception cref="FormatException">The text does not fit the layout; the message is Go's.</exception>
    public static Int128 Parse(string layout, string value)
    {
        var reading = new Reading();
        var rest = value.AsSpan();
        for (var at = 0; ;)
        {
            var (start, part, length) = Next(layout, at);
            if (!SkipText(layout.AsSpan(at, start - at), ref rest))
            {
                throw Unfit(layout, value, rest, layout[at..start]);
            }

            if (part == Part.None)
            {
                return rest.IsEmpty
                    ? reading.ToNanoseconds(layout, value)
                    : throw new FormatException($"parsing time {GoQuote.Quote(value)}: extra text: {GoQuote.Quote(rest.ToString())}");
            }

            var held = rest;
            if (!ReadPart(part, layout.AsSpan(start, length), layout.AsSpan(start + length), ref rest, reading))
            {
                throw Unfit(layout, value, held, layout.Substring(start, length));
            }

            if (reading.OutOfRange is { } what)
            {
                throw Range(value, what);
            }

            at = start + length;
        }
    }

    private static FormatException Unfit(string layout, string value, ReadOnlySpan<char> rest, string part) =>
        new($"parsing time {GoQuote.Quote(value)} as {GoQuote.Quote(layout)}: cannot parse {GoQuote.Quote(rest.ToString())} as {GoQuote.Quote(part)}");

    private static FormatException Range(string value, string what) => new($"parsing time {GoQuote.Quote(value)}: {what} out of range");

    private static (int Start, Part Part, int Length) Next(string layout, int from)
    {
        for (var at = from; at < layout.Length; at++)
        {
            var rest = layout.AsSpan(at);
            if (rest[0] is '.' or ',' && rest.Length > 1 && rest[1] is '0' or '9')
            {
                var digit = rest[1];
                var end = 1;
                while (end < rest.Length && rest[end] == digit)
                {
                    end++;
                }

                if (end == rest.Length || !char.IsAsciiDigit(rest[end]))
                {
                    return (at, digit == '0' ? Part.Fraction0 : Part.Fraction9, end);
                }
            }

            var (best, length) = (Part.None, 0);
            foreach (var (text, part) in Parts)
            {
                if (text.Length > length && rest.StartsWith(text, StringComparison.Ordinal))
                {
                    // "Janet" is text; the long name is not.
                    if (part is Part.Month or Part.Weekday && rest.Length > 3 && char.IsAsciiLetterLower(rest[3]))
                    {
                        continue;
                    }

                    (best, length) = (part, text.Length);
                }
            }

            if (best == Part.UnderLongYear)
            {
                return (at + 1, Part.LongYear, 4);
            }

            if (best != Part.None)
            {
                return (at, best, length);
            }
        }

        return (layout.Length, Part.None, 0);
    }

    private static void WritePart(StringBuilder text, Part part, ReadOnlySpan<char> layout, GoDate date, int offset, string zone)
    {
        var hour12 = date.Hour % 12 == 0 ? 12 : date.Hour % 12;
        switch (part)
        {
            case Part.LongMonth:
                text.Append(Months[date.Month - 1]);
                break;
            case Part.Month:
                text.Append(Months[date.Month - 1].AsSpan(0, 3));
                break;
            case Part.LongWeekday:
                text.Append(Weekdays[date.Weekday]);
                break;
            case Part.Weekday:
                text.Append(Weekdays[date.Weekday].AsSpan(0, 3));
                break;
            case Part.NumMonth:
                Number(text, date.Month, 0, '0');
                break;
            case Part.ZeroMonth:
                Number(text, date.Month, 2, '0');
                break;
            case Part.Day:
                Number(text, date.Day, 0, '0');
                break;
            case Part.UnderDay:
                Number(text, date.Day, 2, ' ');
                break;
            case Part.ZeroDay:
                Number(text, date.Day, 2, '0');
                break;
            case Part.UnderYearDay:
                Number(text, date.DayOfYear, 3, ' ');
                break;
            case Part.ZeroYearDay:
                Number(text, date.DayOfYear, 3, '0');
                break;
            case Part.Hour:
                Number(text, date.Hour, 2, '0');
                break;
            case Part.Hour12:
                Number(text, hour12, 0, '0');
                break;
            case Part.ZeroHour12:
                Number(text, hour12, 2, '0');
                break;
            case Part.Minute:
                Number(text, date.Minute, 0, '0');
                break;
            case Part.ZeroMinute:
                Number(text, date.Minute, 2, '0');
                break;
            case Part.Second:
                Number(text, date.Second, 0, '0');
                break;
            case Part.ZeroSecond:
                Number(text, date.Second, 2, '0');
                break;
            case Part.LongYear:
                Number(text, date.Year, 4, '0');
                break;
            case Part.Year:
                Number(text, Math.Max(0, date.Year) % 100, 2, '0');
                break;
            case Part.Pm:
                text.Append(date.Hour >= 12 ? "PM" : "AM");
                break;
            case Part.LowerPm:
                text.Append(date.Hour >= 12 ? "pm" : "am");
                break;
            case Part.ZoneName:
                text.Append(zone);
                break;
            case Part.Fraction0:
                text.Append(layout[0]).Append(Digits(date.Nanosecond, layout.Length - 1));
                break;
            case Part.Fraction9:
                var fraction = Digits(date.Nanosecond, layout.Length - 1).TrimEnd('0');
                text.Append(fraction.Length == 0 ? "" : layout[0] + fraction);
                break;
            default:
                WriteOffset(text, layout, offset);
                break;
        }
    }

    private static string Digits(int nanosecond, int count)
    {
        var nine = nanosecond.ToString("D9", CultureInfo.InvariantCulture);
        return count <= 9 ? nine[..count] : nine + new string('0', Math.Min(count, 1000) - 9);
    }

    private static void WriteOffset(StringBuilder text, ReadOnlySpan<char> layout, int offset)
    {
        if (layout[0] == 'Z' && offset == 0)
        {
            text.Append('Z');
            return;
        }

        text.Append(offset < 0 ? '-' : '+');
        var seconds = Math.Abs(offset);
        var colon = layout.Contains(':') ? ":" : "";
        Number(text, seconds / 3600, 2, '0');
        if (layout.Length > 3)
        {
            Number(text.Append(colon), seconds / 60 % 60, 2, '0');
        }

        if (layout.Length > 6)
        {
            Number(text.Append(colon), seconds % 60, 2, '0');
        }
    }

    private static void Number(StringBuilder text, long value, int width, char pad)
    {
        var digits = Math.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(width, pad);
        (value < 0 ? text.Append('-') : text).Append(digits);
    }

    // A space of the layout stands for any number of spaces, also none at the end.
    private static bool SkipText(ReadOnlySpan<char> text, ref ReadOnlySpan<char> rest)
    {
        while (!text.IsEmpty)
        {
            if (text[0] == ' ')
            {
                if (!rest.IsEmpty && rest[0] != ' ')
                {
                    return false;
                }

                text = text.TrimStart(' ');
                rest = rest.TrimStart(' ');
                continue;
            }

            if (rest.IsEmpty || rest[0] != text[0])
            {
                return false;
            }

            text = text[1..];
            rest = rest[1..];
        }

        return true;
    }

    private static bool ReadPart(Part part, ReadOnlySpan<char> layout, ReadOnlySpan<char> after, ref ReadOnlySpan<char> rest, Reading reading)
    {
        switch (part)
        {
            case Part.Year:
                if (!Fixed(ref rest, 2, out var two))
                {
                    return false;
                }

                reading.Year = two + (two >= 69 ? 1900 : 2000);
                return true;
            case Part.LongYear:
                return Fixed(ref rest, 4, out reading.Year);
            case Part.Month or Part.LongMonth:
                return Name(Months, part == Part.Month, ref rest, out reading.Month);
            case Part.NumMonth or Part.ZeroMonth:
                return Ranged(ref rest, part == Part.ZeroMonth, 1, 12, "month", out reading.Month, reading);
            case Part.Weekday or Part.LongWeekday:
                return Name(Weekdays, part == Part.Weekday, ref rest, out _);
            case Part.Day or Part.UnderDay or Part.ZeroDay:
                if (part == Part.UnderDay && rest.StartsWith(" "))
                {
                    rest = rest[1..];
                }

                return OneOrTwo(ref rest, part == Part.ZeroDay, out reading.Day);
            case Part.UnderYearDay or Part.ZeroYearDay:
                for (var i = 0; i < 2 && part == Part.UnderYearDay && rest.StartsWith(" "); i++)
                {
                    rest = rest[1..];
                }

                return UpTo(ref rest, part == Part.ZeroYearDay ? 3 : 1, 3, out reading.DayOfYear);
            case Part.Hour:
                return Ranged(ref rest, false, 0, 23, "hour", out reading.Hour, reading);
            case Part.Hour12 or Part.ZeroHour12:
                return Ranged(ref rest, part == Part.ZeroHour12, 0, 12, "hour", out reading.Hour, reading);
            case Part.Minute or Part.ZeroMinute:
                return Ranged(ref rest, part == Part.ZeroMinute, 0, 59, "minute", out reading.Minute, reading);
            case Part.Second or Part.ZeroSecond:
                return Ranged(ref rest, part == Part.ZeroSecond, 0, 59, "second", out reading.Second, reading)
                    && (reading.OutOfRange is not null || ReadUnaskedFraction(after, ref rest, reading));
            case Part.Pm or Part.LowerPm:
                return ReadHalf(part == Part.Pm, ref rest, reading);
            case Part.Fraction0:
                return rest.Length >= layout.Length && ReadFraction(layout.Length, ref rest, reading);
            case Part.Fraction9:
                if (rest.Length < 2 || rest[0] is not ('.' or ',') || !char.IsAsciiDigit(rest[1]))
                {
                    return true;
                }

                return ReadFraction(1 + LeadingDigits(rest[1..], 9), ref rest, reading);
            case Part.ZoneName:
                return ReadZoneName(ref rest, reading);
            default:
                return ReadOffset(layout, ref rest, reading);
        }
    }

    // A fraction of the second may follow it even where the layout has none.
    private static bool ReadUnaskedFraction(ReadOnlySpan<char> after, ref ReadOnlySpan<char> rest, Reading reading)
    {
        if (rest.Length < 2 || rest[0] is not ('.' or ',') || !char.IsAsciiDigit(rest[1]))
        {
            return true;
        }

        var (start, part, _) = Next(after.ToString(), 0);
        return (start == 0 && part is Part.Fraction0 or Part.Fraction9) || ReadFraction(1 + LeadingDigits(rest[1..], int.MaxValue), ref rest, reading);
    }

    private static bool ReadFraction(int length, ref ReadOnlySpan<char> rest, Reading reading)
    {
        if (rest[0] is not ('.' or ','))
        {
            return false;
        }

        var value = 0L;
        for (var i = 1; i < Math.Min(length, 10); i++)
        {
            if (!char.IsAsciiDigit(rest[i]))
            {
                return false;
            }

            value = (value * 10) + rest[i] - '0';
        }

        for (var i = length; i < 10; i++)
        {
            value *= 10;
        }

        reading.Nanosecond = (int)value;
        rest = rest[length..];
        return true;
    }

    private static int LeadingDigits(ReadOnlySpan<char> text, int most)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        return Math.Min(count < 0 ? text.Length : count, most);
    }

    private static bool ReadHalf(bool upper, ref ReadOnlySpan<char> rest, Reading reading)
    {
        if (rest.Length < 2)
        {
            return false;
        }

        var half = rest[..2];
        reading.Half = upper ? half is "PM" ? 1 : half is "AM" ? 0 : -1 : half is "pm" ? 1 : half is "am" ? 0 : -1;
        rest = rest[2..];
        return reading.Half >= 0;
    }

    private static bool ReadOffset(ReadOnlySpan<char> layout, ref ReadOnlySpan<char> rest, Reading reading)
    {
        if (layout[0] == 'Z' && rest.StartsWith("Z"))
        {
            rest = rest[1..];
            reading.Offset = 0;
            return true;
        }

        if (rest.Length < layout.Length || rest[0] is not ('+' or '-'))
        {
            return false;
        }

        var negative = rest[0] == '-';
        var values = (stackalloc int[3]);
        for (var (at, i) = (1, 0); at < layout.Length; i++)
        {
            if (layout[at] == ':')
            {
                if (rest[at] != ':')
                {
                    return false;
                }

                at++;
            }

            if (!char.IsAsciiDigit(rest[at]) || !char.IsAsciiDigit(rest[at + 1]))
            {
                return false;
            }

            values[i] = ((rest[at] - '0') * 10) + rest[at + 1] - '0';
            at += 2;
        }

        reading.OutOfRange = values[0] > 24 ? "time zone offset hour" : values[1] > 60 ? "time zone offset minute" : values[2] > 60 ? "time zone offset second" : null;
        reading.Offset = ((values[0] * 3600) + (values[1] * 60) + values[2]) * (negative ? -1 : 1);
        rest = rest[layout.Length..];
        return true;
    }

    // An abbreviation says where it is only for UTC; others count as UTC, and GMT may carry hours.
    private static bool ReadZoneName(ref ReadOnlySpan<char> rest, Reading reading)
    {
        if (rest.StartsWith("UTC"))
        {
            reading.Offset = 0;
            rest = rest[3..];
            return true;
        }

        if (rest.StartsWith("GMT"))
        {
            rest = rest[3..];
            if (!rest.IsEmpty && rest[0] is '+' or '-' && LeadingDigits(rest[1..], int.MaxValue) is > 0 and < 4 and var digits)
            {
                var hours = int.Parse(rest.Slice(1, digits), CultureInfo.InvariantCulture);
                if (hours < 24)
                {
                    reading.Offset = hours * 3600 * (rest[0] == '-' ? -1 : 1);
                    rest = rest[(digits + 1)..];
                }
            }

            return true;
        }

        if (rest.Length >= 3 && rest[0] is '+' or '-')
        {
            var numeric = LeadingDigits(rest[1..], 4);
            if (numeric is not (2 or 4) || int.Parse(rest.Slice(1, 2), CultureInfo.InvariantCulture) > 23)
            {
                return false;
            }

            rest = rest[(numeric + 1)..];
            return true;
        }

        var letters = 0;
        while (letters < rest.Length && letters < 6 && char.IsAsciiLetterUpper(rest[letters]))
        {
            letters++;
        }

        if (rest.StartsWith("ChST") || rest.StartsWith("MeST"))
        {
            letters = 4;
        }
        else if (letters is not (3 or 4 or 5) || (letters == 4 && rest[3] != 'T' && !rest.StartsWith("WITA")) || (letters == 5 && rest[4] != 'T'))
        {
            return false;
        }

        rest = rest[letters..];
        return true;
    }

    private static bool Name(string[] names, bool shortened, ref ReadOnlySpan<char> rest, out int number)
    {
        for (number = 1; number <= names.Length; number++)
        {
            var name = shortened ? names[number - 1].AsSpan(0, 3) : names[number - 1];
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                rest = rest[name.Length..];
                return true;
            }
        }

        return false;
    }

    private static bool Ranged(ref ReadOnlySpan<char> rest, bool two, int least, int most, string what, out int value, Reading reading)
    {
        if (!OneOrTwo(ref rest, two, out value))
        {
            return false;
        }

        reading.OutOfRange = value < least || value > most ? what : null;
        return true;
    }

    private static bool OneOrTwo(ref ReadOnlySpan<char> rest, bool two, out int value) => UpTo(ref rest, two ? 2 : 1, 2, out value);

    private static bool Fixed(ref ReadOnlySpan<char> rest, int count, out int value) => UpTo(ref rest, count, count, out value);

    private static bool UpTo(ref ReadOnlySpan<char> rest, int least, int most, out int value)
    {
        value = 0;
        var digits = LeadingDigits(rest, most);
        if (digits < least)
        {
            return false;
        }

        value = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
        rest = rest[digits..];
        return true;
    }

    // What has been read so far. Absent members are those of the year zero's first day, as in Go.
    private sealed class Reading
    {
        public int Year;
        public int Month = -1;
        public int Day = -1;
        public int DayOfYear = -1;
        public int Hour;
        public int Minute;
        public int Second;
        public int Nanosecond;
        public int Half = -1;
        public int Offset;
        public string? OutOfRange;

        public Int128 ToNanoseconds(string layout, string value)
        {
            if (Half == 1 && Hour < 12)
            {
                Hour += 12;
            }
            else if (Half == 0 && Hour == 12)
            {
                Hour = 0;
            }

            if (DayOfYear >= 0)
            {
                if (DayOfYear < 1 || DayOfYear > (GoDate.DaysIn(Year, 2) == 29 ? 366 : 365))
                {
                    throw Range(value, "day-of-year");
                }

                var there = GoDate.At((Int128)GoDate.Seconds(Year, 1, DayOfYear, 0, 0, 0) * 1_000_000_000, 0);
                if ((Month >= 0 && Month != there.Month) || (Day >= 0 && Day != there.Day))
                {
                    throw new FormatException($"parsing time {GoQuote.Quote(value)} as {GoQuote.Quote(layout)}: day-of-year does not match {(Month >= 0 && Month != there.Month ? "month" : "day")}");
                }

                (Month, Day) = (there.Month, there.Day);
            }

            (Month, Day) = (Month < 0 ? 1 : Month, Day < 0 ? 1 : Day);
            if (Day < 1 || Day > GoDate.DaysIn(Year, Month))
            {
                throw Range(value, "day");
            }

            return ((Int128)(GoDate.Seconds(Year, Month, Day, Hour, Minute, Second) - Offset) * 1_000_000_000) + Nanosecond;
        }
    }
}
