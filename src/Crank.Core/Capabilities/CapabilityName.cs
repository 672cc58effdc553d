using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>The name of a capability, e.g. <c>doc.convert</c>: a service and what it does.</summary>
/// <remarks>1 to 63 characters of <c>a-z</c>, <c>0-9</c>, <c>.</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<CapabilityName>))]
public readonly record struct CapabilityName : IParsable<CapabilityName>, IComparable<CapabilityName>
{
    private readonly string? _value;

    private CapabilityName(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static CapabilityName Parse(string s, IFormatProvider? provider = null) => Bare.Parse<CapabilityName>(s, "a capability name such as doc.convert");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CapabilityName result)
    {
        var valid = Bare.IsToken(s, 63, ".-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(CapabilityName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
