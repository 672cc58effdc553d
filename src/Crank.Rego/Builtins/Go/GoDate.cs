namespace Crank.Rego.Builtins.Go;

/// <summary>Calendar arithmetic of the proleptic Gregorian calendar over any year, as Go's <c>time</c> package does it.</summary>
internal readonly record struct GoDate(long Year, int Month, int Day, int Hour, int Minute, int Second, int Nanosecond)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>0 is Sunday.</summary>
    public int Weekday => (int)Mod(DaysFromCivil(Year, Month, Day) + 4, 7);

    /// <summary>1 to 366.</summary>
    public int DayOfYear => (int)(DaysFromCivil(Year, Month, Day) - DaysFromCivil(Year, 1, 1)) + 1;

    /// <summary>The clock reading of a moment.</summary>
    /// <param name="nanoseconds">Since 1970-01-01T00:00:00Z.</param>
    /// <param name="offset">Seconds east of UTC.</param>
    public static GoDate At(Int128 nanoseconds, int offset)
    {
        var seconds = nanoseconds >= 0 ? nanoseconds / NanosecondsPerSecond : -((-nanoseconds + NanosecondsPerSecond - 1) / NanosecondsPerSecond);
        var fraction = (int)(nanoseconds - (seconds * NanosecondsPerSecond));
        var local = (long)seconds + offset;
        var days = Floor(local, 86400);
        var second = (int)(local - (days * 86400));
        var (year, month, day) = CivilFromDays(days);
        return new(year, month, day, second / 3600, second / 60 % 60, second % 60, fraction);
    }

    /// <summary>Seconds since the epoch of this reading at an offset; members beyond their range carry over.</summary>
    public static long Seconds(long year, long month, long day, long hour, long minute, long second)
    {
        year = checked(year + Floor(month - 1, 12));
        month = Mod(month - 1, 12) + 1;
        var days = checked(DaysFromCivil(year, (int)month, 1) + day - 1);
        return checked((days * 86400) + (hour * 3600) + (minute * 60) + second);
    }

    /// <summary>How many days a month has.</summary>
    public static int DaysIn(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    // Days since 1970-01-01 by counting 400-year eras from a year that starts in March.
    private static long DaysFromCivil(long year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = Floor(year, 400);
        var yearOfEra = year - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return checked((era * 146097) + dayOfEra - 719468);
    }

    private static (long Year, int Month, int Day) CivilFromDays(long days)
    {
        days += 719468;
        var era = Floor(days, 146097);
        var dayOfEra = days - (era * 146097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var march = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(march < 10 ? march + 3 : march - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (((153 * march) + 2) / 5) + 1));
    }

    private static long Floor(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);

    private static long Mod(long value, long by) => value - (Floor(value, by) * by);
}
