using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>The class of the data a job carries, e.g. <c>public</c>, <c>internal</c>, <c>personal</c>.</summary>
/// <remarks>1 to 31 characters of <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<DataClass>))]
public readonly record struct DataClass : IParsable<DataClass>, IComparable<DataClass>
{
    private readonly string? _value;

    private DataClass(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static DataClass Parse(string s, IFormatProvider? provider = null) => Bare.Parse<DataClass>(s, "a data class such as internal");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DataClass result)
    {
        var valid = Bare.IsToken(s, 31, "-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(DataClass other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
