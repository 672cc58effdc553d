using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A length of time that is not negative, kept in ticks of 100 ns.</summary>
/// <remarks>Prints and parses as one number and one unit of <c>us ms s m h d</c>, e.g. <c>30s</c>, <c>1.5s</c>, <c>250ms</c>.</remarks>
[JsonConverter(typeof(BareStringConverter<Duration>))]
public readonly record struct Duration : IParsable<Duration>, IComparable<Duration>
{
    private static readonly (string Suffix, long Ticks)[] s_units =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Makes a duration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public Duration(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Time = time;
    }

    /// <summary>No time at all.</summary>
    public static Duration Zero => default;

    /// <summary>The same length as the framework's type.</summary>
    public TimeSpan Time { get; }

    /// <summary>The same length in seconds.</summary>
    public double Seconds => Time.TotalSeconds;

    /// <summary>The sum of both.</summary>
    public static Duration operator +(Duration left, Duration right) => new(left.Time + right.Time);

    /// <summary>True when left is shorter.</summary>
    public static bool operator <(Duration left, Duration right) => left.Time < right.Time;

    /// <summary>True when left is longer.</summary>
    public static bool operator >(Duration left, Duration right) => left.Time > right.Time;

    /// <summary>True when left is shorter or equal.</summary>
    public static bool operator <=(Duration left, Duration right) => left.Time <= right.Time;

    /// <summary>True when left is longer or equal.</summary>
    public static bool operator >=(Duration left, Duration right) => left.Time >= right.Time;

    /// <summary>A number of seconds, rounded to 100 ns.</summary>
    public static Duration FromSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <summary>Reads <c>30s</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
    /// <exception cref="FormatException">Not a number with a unit; the message shows what was given.</exception>
    public static Duration Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Duration>(s, "a duration such as 250ms, 30s, 5m, 2h or 1d");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Duration result)
    {
        result = default;
        if (s is null || s.Length > 24)
        {
            return false;
        }

        var digits = s.AsSpan().TrimEnd("dhmsu");
        var suffix = s[digits.Length..];
        foreach (var (name, ticksPerUnit) in s_units)
        {
            if (name == suffix && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                var ticks = number > (decimal)long.MaxValue / ticksPerUnit ? decimal.MaxValue : number * ticksPerUnit;
                if (ticks > long.MaxValue || ticks != decimal.Truncate(ticks))
                {
                    return false;
                }

                result = new(new TimeSpan((long)ticks));
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public int CompareTo(Duration other) => Time.CompareTo(other.Time);

    /// <summary>The bare form in the largest of us, ms, s, m, h, d that keeps it a whole number, else in tenths of a microsecond.</summary>
    public override string ToString()
    {
        if (Time == TimeSpan.Zero)
        {
            return "0s";
        }

        for (var i = s_units.Length - 1; i >= 0; i--)
        {
            if (Time.Ticks % s_units[i].Ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Time.Ticks / s_units[i].Ticks}{s_units[i].Suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)Time.Ticks / TimeSpan.TicksPerMicrosecond:0.#}us");
    }
}
