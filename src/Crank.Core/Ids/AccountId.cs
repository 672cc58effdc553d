using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>An account of the ledger, e.g. <c>owner</c> or <c>provider/local</c>.</summary>
/// <remarks>1 to 95 characters of <c>a-z</c>, <c>0-9</c> and <c>. - _ /</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<AccountId>))]
public readonly record struct AccountId : IParsable<AccountId>, IComparable<AccountId>
{
    private readonly string? _value;

    private AccountId(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static AccountId Parse(string s, IFormatProvider? provider = null) => Bare.Parse<AccountId>(s, "an account such as provider/local");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AccountId result)
    {
        var valid = Bare.IsToken(s, 95, ".-_/");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(AccountId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
