using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A grid zone, e.g. <c>de</c> or <c>us-cal-ciso</c>; case-sensitive, lower case.</summary>
/// <remarks>1 to 31 characters of <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<Zone>))]
public readonly record struct Zone : IParsable<Zone>, IComparable<Zone>
{
    private readonly string? _value;

    private Zone(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Nobody said where the machine stands: every figure that depends on it is widened.</summary>
    public static Zone Unknown { get; } = new("unknown");

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static Zone Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Zone>(s, "a grid zone such as de");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Zone result)
    {
        var valid = Bare.IsToken(s, 31, "-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(Zone other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
