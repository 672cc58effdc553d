using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>An ISO 4217 currency code: three capital letters, e.g. <c>EUR</c>.</summary>
[JsonConverter(typeof(BareStringConverter<Currency>))]
public readonly record struct Currency : IParsable<Currency>
{
    private const string None = "XXX";
    private readonly string? _code;

    private Currency(string code) => _code = code;

    /// <summary>The euro.</summary>
    public static Currency Eur { get; } = new("EUR");

    /// <summary>The three letters; <c>XXX</c> (no currency, ISO 4217) for <c>default</c>.</summary>
    public string Code => _code ?? None;

    /// <summary>Reads the three letters.</summary>
    /// <exception cref="FormatException">Not three capital letters.</exception>
    public static Currency Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Currency>(s, "a currency of three capital letters such as EUR");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Currency result)
    {
        var valid = s is { Length: 3 } && s.All(char.IsAsciiLetterUpper);
        result = valid && s != None ? new(s!) : default;
        return valid;
    }

    /// <summary>The three letters.</summary>
    public override string ToString() => Code;
}
