using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A number of bytes that is not negative.</summary>
/// <remarks>Prints as the bare number; a person may also write <c>64KiB</c>, <c>16MiB</c>, <c>2GiB</c>, <c>1MB</c> (IEC 80000-13 and SI prefixes).</remarks>
[JsonConverter(typeof(ByteCountConverter))]
public readonly record struct ByteCount : IParsable<ByteCount>, IComparable<ByteCount>
{
    private static readonly (string Suffix, long Bytes)[] s_units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    /// <summary>Makes a count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public ByteCount(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>The bare number of bytes.</summary>
    public long Value { get; }

    /// <summary>True when left is smaller.</summary>
    public static bool operator <(ByteCount left, ByteCount right) => left.Value < right.Value;

    /// <summary>True when left is greater.</summary>
    public static bool operator >(ByteCount left, ByteCount right) => left.Value > right.Value;

    /// <summary>True when left is smaller or equal.</summary>
    public static bool operator <=(ByteCount left, ByteCount right) => left.Value <= right.Value;

    /// <summary>True when left is greater or equal.</summary>
    public static bool operator >=(ByteCount left, ByteCount right) => left.Value >= right.Value;

    /// <summary>So many times 1,024 bytes.</summary>
    public static ByteCount FromKiB(long value) => new(value << 10);

    /// <summary>So many times 1,048,576 bytes.</summary>
    public static ByteCount FromMiB(long value) => new(value << 20);

    /// <summary>Reads a bare number or one with a prefix.</summary>
    /// <exception cref="FormatException">Not a number of bytes; the message shows what was given.</exception>
    public static ByteCount Parse(string s, IFormatProvider? provider = null) => Bare.Parse<ByteCount>(s, "a number of bytes such as 65536, 64KiB or 16MiB");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteCount result)
    {
        result = default;
        if (s is null || s.Length > 24)
        {
            return false;
        }

        var digits = s.AsSpan();
        var bytes = 1L;
        foreach (var (suffix, size) in s_units)
        {
            if (s.EndsWith(suffix, StringComparison.Ordinal))
            {
                digits = s.AsSpan(0, s.Length - suffix.Length);
                bytes = size;
                break;
            }
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / bytes)
        {
            return false;
        }

        result = new(number * bytes);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(ByteCount other) => Value.CompareTo(other.Value);

    /// <summary>The bare number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
