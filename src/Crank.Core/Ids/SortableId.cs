using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>128 bits: 48 of milliseconds since 1970, 80 of chance. Ids made later by one source sort after earlier ones.</summary>
/// <remarks>Written as a ULID (ulid/spec): 26 characters of Crockford's base 32, capital letters; only that form is read.</remarks>
[JsonConverter(typeof(BareStringConverter<SortableId>))]
public readonly record struct SortableId(UInt128 Value) : IParsable<SortableId>, IComparable<SortableId>
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;
    private const ulong LastMillisecond = 253_402_300_799_999;

    /// <summary>When the id was made, to the millisecond, by the clock of its source; an id that says later than the year 9999 says its end.</summary>
    public DateTimeOffset MadeAt => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min((ulong)(Value >> 80), LastMillisecond));

    /// <summary>Reads the 26 characters.</summary>
    /// <exception cref="FormatException">Not 26 characters of that alphabet; the message shows what was given.</exception>
    public static SortableId Parse(string s, IFormatProvider? provider = null) =>
        Bare.Parse<SortableId>(s, "an id of 26 characters such as 01JD0000000000000000000000");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SortableId result)
    {
        result = default;
        if (s is not { Length: Length } || s[0] > '7')
        {
            return false;
        }

        UInt128 value = 0;
        foreach (var c in s)
        {
            var digit = Alphabet.IndexOf(c);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        result = new(value);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(SortableId other) => Value.CompareTo(other.Value);

    /// <summary>The 26 characters.</summary>
    public override string ToString() => string.Create(Length, Value, static (chars, value) =>
    {
        for (var i = Length - 1; i >= 0; i--)
        {
            chars[i] = Alphabet[(int)(uint)(value & 31)];
            value >>= 5;
        }
    });
}
