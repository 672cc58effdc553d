using System.Globalization;
using System.Numerics;
using Crank.Rego.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Crank.Rego.Builtins.Yaml;

/// <summary>What plain scalars mean (YAML 1.1), and which strings must be quoted so as not to mean something else.</summary>
internal static class YamlScalars
{
    private const int MaxDigits = 10_000;

    public static Value Resolve(Scalar scalar)
    {
        if (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str")
        {
            return scalar.Value;
        }

        if (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:binary")
        {
            return Bytes.ToText(EncodingBuiltins.FromBase64(scalar.Value.Replace(" ", "", StringComparison.Ordinal)));
        }

        return scalar.Style == ScalarStyle.Plain ? Resolve(scalar.Value) : scalar.Value;
    }

    /// <summary>What a plain scalar means.</summary>
    public static Value Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return Value.Null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return Value.True;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return Value.False;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN":
                throw new BuiltinException($"json: unsupported value: {text}");
        }

        if (text[0] is not ('+' or '-' or '.') && !char.IsAsciiDigit(text[0]))
        {
            return text;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        return Integer(plain) is { IsDefined: true } whole ? whole : Fraction(plain) is { IsDefined: true } number ? number : text;
    }

    private static Value Integer(string text)
    {
        var negative = text.StartsWith('-');
        var digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        var numberBase = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (numberBase, var skip) = digits[1] switch { 'x' or 'X' => (16, 2), 'b' or 'B' => (2, 2), 'o' or 'O' => (8, 2), _ => (8, 1) };
            digits = digits[skip..];
        }

        if (digits.IsEmpty || digits.Length > MaxDigits)
        {
            return default;
        }

        var value = BigInteger.Zero;
        if (numberBase == 10)
        {
            if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            {
                return default;
            }
        }
        else
        {
            foreach (var c in digits)
            {
                var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
                if (digit >= numberBase)
                {
                    return default;
                }

                value = (value * numberBase) + digit;
            }
        }

        return BigNumber.Of(negative ? -value : value);
    }

    private static Value Fraction(string text)
    {
        var digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        if (digits.IsEmpty || digits.IndexOfAnyInRange('0', '9') < 0 || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return default;
        }

        return digits[0] == '.' || char.IsAsciiDigit(digits[0]) ? Value.Number(JsonNumber(number)) : default;
    }

    // As Go writes a float64 in JSON.
    private static string JsonNumber(double number)
    {
        var magnitude = Math.Abs(number);
        var text = Go.GoFloat.Format(number, magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21) ? 'e' : 'f', -1);
        return text.Replace("e-0", "e-", StringComparison.Ordinal);
    }
}
