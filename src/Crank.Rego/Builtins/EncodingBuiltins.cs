using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>JSON, base64 and hexadecimal, both ways.</summary>
internal static class EncodingBuiltins
{
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    public static IEnumerable<Builtin> All =>
    [
        new("json.marshal", 1, true, static (context, a) => Charged(context, JsonOut.Write(a[0], escapeHtml: true))),
        new("json.marshal_with_options", 2, true, MarshalWithOptions),
        new("json.unmarshal", 1, true, static (context, a) => ReadJson(context, Operand.Text(a, 0))),
        new("json.is_valid", 1, true, IsValidJson),
        new("base64.encode", 1, true, static (context, a) => Charged(context, Convert.ToBase64String(Bytes.FromText(Operand.Text(a, 0))))),
        new("base64.decode", 1, true, static (_, a) => Bytes.ToText(FromBase64(Operand.Text(a, 0)))),
        new("base64.is_valid", 1, true, static (_, a) => a[0].TryGetString(out var text) && FirstWrong(text) < 0),
        new("base64url.encode", 1, true, static (context, a) => Charged(context, Convert.ToBase64String(Bytes.FromText(Operand.Text(a, 0))).Replace('+', '-').Replace('/', '_'))),
        new("base64url.encode_no_pad", 1, true, static (context, a) => Charged(context, Base64Url.EncodeToString(Bytes.FromText(Operand.Text(a, 0))))),
        new("base64url.decode", 1, true, static (_, a) => Bytes.ToText(FromBase64Url(Operand.Text(a, 0)))),
        new("hex.encode", 1, true, static (context, a) => Charged(context, Convert.ToHexStringLower(Bytes.FromText(Operand.Text(a, 0))))),
        new("hex.decode", 1, true, static (_, a) => Bytes.ToText(FromHex(Operand.Text(a, 0)))),
    ];

    /// <summary>The bytes of standard base64 with padding; line breaks are skipped.</summary>
    internal static byte[] FromBase64(string text) => FirstWrong(text) is >= 0 and var at
        ? throw new BuiltinException($"illegal base64 data at input byte {at}")
        : Convert.FromBase64String(text);

    /// <summary>The bytes of the URL alphabet, with or without padding.</summary>
    internal static byte[] FromBase64Url(string text)
    {
        var padded = text;
        if (!text.EndsWith('='))
        {
            padded = (text.Length % 4) switch
            {
                0 => text,
                2 => text + "==",
                3 => text + "=",
                _ => throw new BuiltinException($"illegal base64url string: {text}"),
            };
        }

        if (padded.AsSpan().IndexOfAny('+', '/') is >= 0 and var odd)
        {
            throw new BuiltinException($"illegal base64 data at input byte {odd}");
        }

        return FromBase64(padded.Replace('-', '+').Replace('_', '/'));
    }

    internal static Value ReadJson(BuiltinContext context, string text)
    {
        context.Charge((text.Length / 16) + 1);
        try
        {
            return JsonIn.Read(text);
        }
        catch (ValueFormatException broken)
        {
            throw new BuiltinException(broken.Message);
        }
    }

    private static Value Charged(BuiltinContext context, string text)
    {
        StringBuiltins.Charge(context, text.Length);
        return text;
    }

    private static Value IsValidJson(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (!arguments[0].TryGetString(out var text))
        {
            return false;
        }

        try
        {
            ReadJson(context, text);
            return true;
        }
        catch (BuiltinException)
        {
            return false;
        }
    }

    // Where Go's decoder would stop; -1 when all is well.
    private static int FirstWrong(string text)
    {
        var (count, padding) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\r' or '\n')
            {
                continue;
            }

            if (c == '=')
            {
                if (count % 4 < 2 || padding == 2)
                {
                    return i;
                }

                padding++;
            }
            else if (padding > 0 || !(char.IsAsciiLetterOrDigit(c) || c is '+' or '/'))
            {
                return i;
            }

            count++;
            if (padding > 0 && count % 4 == 0)
            {
                return text.AsSpan(i + 1).IndexOfAnyExcept('\r', '\n') is >= 0 and var more ? i + 1 + more : -1;
            }
        }

        return count % 4 == 0 ? -1 : text.Length;
    }

    private static byte[] FromHex(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(HexDigits) is >= 0 and var odd)
        {
            Rune.DecodeFromUtf16(text.AsSpan(odd), out var rune, out _);
            var first = Bytes.FromText(rune.ToString())[0];
            throw new BuiltinException(string.Create(CultureInfo.InvariantCulture, $"encoding/hex: invalid byte: U+{(int)first:X4} {GoQuote.QuoteRune(first)}"));
        }

        return text.Length % 2 == 1 ? throw new BuiltinException("encoding/hex: odd length hex string") : Convert.FromHexString(text);
    }

    private static Value MarshalWithOptions(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (indent, prefix) = ("\t", "");
        bool? pretty = null;
        var layout = false;
        foreach (var (key, value) in Operand.Object(arguments, 1))
        {
            if (!key.TryGetString(out var name))
            {
                throw Operand.Wrong(1, $"failed to stringify key {key}");
            }

            switch (name)
            {
                case "prefix":
                    prefix = value.TryGetString(out var newPrefix) ? newPrefix : throw Operand.Wrong(1, $"key {GoQuote.Quote(name)} failed cast to string");
                    layout = true;
                    break;
                case "indent":
                    indent = value.TryGetString(out var newIndent) ? newIndent : throw Operand.Wrong(1, $"key {GoQuote.Quote(name)} failed cast to string");
                    layout = true;
                    break;
                case "pretty":
                    pretty = value.Kind == ValueKind.Boolean ? value.IsTrue : throw Operand.Wrong(1, $"key {GoQuote.Quote(name)} failed cast to bool");
                    break;
                default:
                    throw Operand.Wrong(1, $"object contained unknown key {GoQuote.Quote(name)}");
            }
        }

        if (!(pretty ?? layout))
        {
            return Charged(context, JsonOut.Write(arguments[0], escapeHtml: true));
        }

        var text = new StringBuilder(prefix);
        Pretty(context, text, arguments[0], prefix, indent, 0);
        return text.ToString();
    }

    private static void Pretty(BuiltinContext context, StringBuilder text, in Value value, string prefix, string indent, int depth)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value.Kind == ValueKind.Object && value.AsObject().Count > 0)
        {
            text.Append('{');
            var first = true;
            foreach (var (key, item) in value.AsObject())
            {
                Line(context, text.Append(first ? "" : ","), prefix, indent, depth + 1);
                first = false;
                text.Append(JsonOut.Write(key.Kind == ValueKind.String ? key : JsonOut.Write(key), escapeHtml: true)).Append(": ");
                Pretty(context, text, item, prefix, indent, depth + 1);
            }

            Line(context, text, prefix, indent, depth);
            text.Append('}');
        }
        else if (Operand.Elements(value) is { Count: > 0 } elements)
        {
            text.Append('[');
            var first = true;
            foreach (var item in elements)
            {
                Line(context, text.Append(first ? "" : ","), prefix, indent, depth + 1);
                first = false;
                Pretty(context, text, item, prefix, indent, depth + 1);
            }

            Line(context, text, prefix, indent, depth);
            text.Append(']');
        }
        else
        {
            var plain = JsonOut.Write(value, escapeHtml: true);
            StringBuiltins.Charge(context, plain.Length);
            text.Append(plain);
        }
    }

    private static void Line(BuiltinContext context, StringBuilder text, string prefix, string indent, int depth)
    {
        StringBuiltins.Charge(context, text.Length > 1 << 28 ? long.MaxValue : prefix.Length + ((long)indent.Length * depth));
        text.Append('\n').Append(prefix);
        for (var i = 0; i < depth; i++)
        {
            text.Append(indent);
        }
    }
}
