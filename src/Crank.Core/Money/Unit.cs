using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>What a price is per: <c>job</c>, <c>megabyte</c>, <c>second</c>, <c>page</c> or a unit that the capability declares.</summary>
/// <remarks>1 to 31 characters of <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<Unit>))]
public readonly record struct Unit : IParsable<Unit>, IComparable<Unit>
{
    private readonly string? _value;

    private Unit(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>One job, counted once.</summary>
    public static Unit Job { get; } = new("job");

    /// <summary>A million bytes of input.</summary>
    public static Unit Megabyte { get; } = new("megabyte");

    /// <summary>A second of wall time in the worker.</summary>
    public static Unit Second { get; } = new("second");

    /// <summary>A page of a document.</summary>
    public static Unit Page { get; } = new("page");

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static Unit Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Unit>(s, "a unit such as page");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Unit result)
    {
        var valid = Bare.IsToken(s, 31, "-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(Unit other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
