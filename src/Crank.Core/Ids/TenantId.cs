using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Who pays, and is isolated from every other tenant.</summary>
/// <remarks>1 to 63 characters of <c>a-z</c>, <c>0-9</c>, <c>.</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<TenantId>))]
public readonly record struct TenantId : IParsable<TenantId>, IComparable<TenantId>
{
    private readonly string? _value;

    private TenantId(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>The one tenant of an embedded mesh: the owner of the data folder.</summary>
    public static TenantId Owner { get; } = new("owner");

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static TenantId Parse(string s, IFormatProvider? provider = null) => Bare.Parse<TenantId>(s, "a tenant such as acme");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TenantId result)
    {
        var valid = Bare.IsToken(s, 63, ".-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(TenantId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
