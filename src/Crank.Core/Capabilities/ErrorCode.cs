using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A declared error of a capability or a refusal of the path, e.g. <c>encrypted</c>.</summary>
/// <remarks>1 to 63 characters of <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<ErrorCode>))]
public readonly record struct ErrorCode : IParsable<ErrorCode>, IComparable<ErrorCode>
{
    private readonly string? _value;

    private ErrorCode(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static ErrorCode Parse(string s, IFormatProvider? provider = null) => Bare.Parse<ErrorCode>(s, "an error code such as too-large");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ErrorCode result)
    {
        var valid = Bare.IsToken(s, 63, "-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(ErrorCode other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
