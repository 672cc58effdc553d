using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Who acts: a person, an agent or a workload, as an opaque id that names nobody.</summary>
/// <remarks>1 to 127 characters of <c>a-z</c>, <c>0-9</c> and <c>. - _ / :</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<PrincipalId>))]
public readonly record struct PrincipalId : IParsable<PrincipalId>, IComparable<PrincipalId>
{
    private readonly string? _value;

    private PrincipalId(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>The one principal of an embedded mesh: whoever may open the data folder.</summary>
    public static PrincipalId Owner { get; } = new("owner");

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static PrincipalId Parse(string s, IFormatProvider? provider = null) => Bare.Parse<PrincipalId>(s, "a principal such as owner");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PrincipalId result)
    {
        var valid = Bare.IsToken(s, 127, ".-_/:");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(PrincipalId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
