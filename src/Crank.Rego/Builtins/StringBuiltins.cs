using System.Globalization;
using System.Numerics;
using System.Text;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Searching, cutting, replacing and formatting strings. Positions and lengths count code points.</summary>
internal static class StringBuiltins
{
    private const int MaxLength = 64 << 20;

    public static IEnumerable<Builtin> All =>
    [
        new("concat", 2, true, Concat),
        new("contains", 2, true, static (_, a) => Operand.Text(a, 0).Contains(Operand.Text(a, 1), StringComparison.Ordinal)),
        new("startswith", 2, true, static (_, a) => Operand.Text(a, 0).StartsWith(Operand.Text(a, 1), StringComparison.Ordinal)),
        new("endswith", 2, true, static (_, a) => Operand.Text(a, 0).EndsWith(Operand.Text(a, 1), StringComparison.Ordinal)),
        new("strings.any_prefix_match", 2, true, static (context, a) => AnyMatch(context, a, static (text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        new("strings.any_suffix_match", 2, true, static (context, a) => AnyMatch(context, a, static (text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new("indexof", 2, true, static (_, a) => IndexesOf(a, 1) is [var first, ..] ? first : -1),
        new("indexof_n", 2, true, static (context, a) =>
        {
            var found = IndexesOf(a, int.MaxValue);
            context.Charge(found.Count);
            return ArrayValue.Of([.. found.Select(Value.Of)]);
        }),
        new("strings.count", 2, true, CountOf),
        new("substring", 3, true, Substring),
        new("lower", 1, true, static (_, a) => Cased(Operand.Text(a, 0), Lower)),
        new("upper", 1, true, static (_, a) => Cased(Operand.Text(a, 0), Upper)),
        new("split", 2, true, static (context, a) => Split(context, Operand.Text(a, 0), Operand.Text(a, 1))),
        new("strings.split_n", 3, true, SplitCounted),
        new("replace", 3, true, static (context, a) => Replace(context, Operand.Text(a, 0), [(Operand.Text(a, 1), Operand.Text(a, 2))])),
        new("strings.replace_n", 2, true, ReplaceMany),
        new("strings.reverse", 1, true, static (_, a) => Reverse(Operand.Text(a, 0))),
        new("trim", 2, true, static (_, a) => Trim(Operand.Text(a, 0), Operand.Text(a, 1), left: true, right: true)),
        new("trim_left", 2, true, static (_, a) => Trim(Operand.Text(a, 0), Operand.Text(a, 1), left: true, right: false)),
        new("trim_right", 2, true, static (_, a) => Trim(Operand.Text(a, 0), Operand.Text(a, 1), left: false, right: true)),
        new("trim_prefix", 2, true, static (_, a) => (Operand.Text(a, 0), Operand.Text(a, 1)) is var (text, prefix) && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text),
        new("trim_suffix", 2, true, static (_, a) => (Operand.Text(a, 0), Operand.Text(a, 1)) is var (text, suffix) && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text),
        new("trim_space", 1, true, static (_, a) => TrimSpace(Operand.Text(a, 0))),
        new("sprintf", 2, true, Format),
        new("internal.template_string", 1, true, TemplateString),
    ];

    /// <summary>Charges for text that is about to be made, and refuses what no policy needs.</summary>
    internal static void Charge(BuiltinContext context, long length)
    {
        if (length > MaxLength)
        {
            throw new LimitException($"a string of {length} units, at most {MaxLength} are allowed");
        }

        context.Charge((length / 16) + 1);
    }

    private static Value Concat(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var separator = Operand.Text(arguments, 0);
        var texts = Operand.Texts(arguments, 1, "set", "array");
        Charge(context, texts.Sum(static text => (long)text.Length) + ((long)separator.Length * Math.Max(0, texts.Count - 1)));
        return string.Join(separator, texts);
    }

    private static Value AnyMatch(BuiltinContext context, ReadOnlySpan<Value> arguments, Func<string, string, bool> matches)
    {
        var texts = arguments[0].TryGetString(out var text) ? [text] : Operand.Texts(arguments, 0, "string", "set", "array");
        var parts = arguments[1].TryGetString(out var part) ? [part] : Operand.Texts(arguments, 1, "string", "set", "array");
        foreach (var one in texts)
        {
            context.Charge(parts.Count);
            foreach (var other in parts)
            {
                if (matches(one, other))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static List<long> IndexesOf(ReadOnlySpan<Value> arguments, int most)
    {
        var (text, part) = (Operand.Text(arguments, 0), Operand.Text(arguments, 1));
        if (part.Length == 0)
        {
            throw new BuiltinException("empty search character");
        }

        var found = new List<long>();
        var (counted, runes) = (0, 0);
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0 && found.Count < most; at = at + 1 < text.Length ? text.IndexOf(part, at + 1, StringComparison.Ordinal) : -1)
        {
            runes += Runes.Count(text[counted..at]);
            counted = at;
            found.Add(runes);
        }

        return found;
    }

    private static Value CountOf(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (text, part) = (Operand.Text(arguments, 0), Operand.Text(arguments, 1));
        if (part.Length == 0)
        {
            return Runes.Count(text) + 1;
        }

        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    private static Value Substring(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0);
        var (start, length) = (Operand.Integer(arguments, 1), Operand.Integer(arguments, 2));
        return start < 0 ? throw new BuiltinException("negative offset") : Runes.Slice(text, start, length);
    }

    // Rune by rune, as Go maps case: the length in code points never changes.
    private static string Cased(string text, Func<Rune, Rune> map)
    {
        var result = new StringBuilder(text.Length);
        var buffer = (stackalloc char[2]);
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                result.Append(buffer[..map(rune).EncodeToUtf16(buffer)]);
            }
            else
            {
                result.Append(text, at, used);
            }

            at += used;
        }

        return result.ToString();
    }

    private static ArrayValue Split(BuiltinContext context, string text, string separator)
    {
        var parts = new ArrayBuilder();
        var at = 0;
        if (separator.Length == 0)
        {
            while (at < text.Length)
            {
                context.Charge(1);
                var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                parts.Add(text.Substring(at, length));
                at += length;
            }

            return parts.ToArray();
        }

        for (int found; (found = text.IndexOf(separator, at, StringComparison.Ordinal)) >= 0; at = found + separator.Length)
        {
            context.Charge(1);
            parts.Add(text[at..found]);
        }

        parts.Add(text[at..]);
        return parts.ToArray();
    }

    // The first parts, or with a negative count the last ones.
    private static Value SplitCounted(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var parts = Split(context, Operand.Text(arguments, 0), Operand.Text(arguments, 1));
        var count = Operand.Integer(arguments, 2);
        return count >= 0
            ? ArrayValue.Of(parts.Span[..(int)Math.Min(count, parts.Count)])
            : ArrayValue.Of(parts.Span[(int)Math.Max(0, parts.Count + Math.Max(count, -parts.Count))..]);
    }

    private static Value ReplaceMany(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var patterns = Operand.Object(arguments, 0);
        var text = Operand.Text(arguments, 1);
        var pairs = new List<(string, string)>(patterns.Count);
        foreach (var (key, value) in patterns)
        {
            pairs.Add((
                key.TryGetString(out var old) ? old : throw Operand.Wrong(0, "non-string key found in pattern object"),
                value.TryGetString(out var replacement) ? replacement : throw Operand.Wrong(0, "non-string value found in pattern object")));
        }

        return Replace(context, text, pairs);
    }

    // At every place the first pair that fits wins; an empty one fits everywhere, also at the end.
    private static string Replace(BuiltinContext context, string text, List<(string Old, string New)> pairs)
    {
        if (pairs is [var (only, with)] && only.Length > 0)
        {
            var first = text.IndexOf(only, StringComparison.Ordinal);
            if (first < 0)
            {
                return text;
            }

            var count = 0L;
            for (var found = first; found >= 0; found = text.IndexOf(only, found + only.Length, StringComparison.Ordinal))
            {
                count++;
            }

            Charge(context, text.Length + (count * (with.Length - only.Length)));
            return text.Replace(only, with, StringComparison.Ordinal);
        }

        var result = new StringBuilder();
        var byFirst = pairs.Select(static (pair, rank) => (pair, rank)).Where(static x => x.pair.Old.Length > 0).ToLookup(static x => x.pair.Old[0]);
        var empty = pairs.FindIndex(static pair => pair.Old.Length == 0);
        var afterMatch = false;
        for (var at = 0; at <= text.Length;)
        {
            var best = at < text.Length
                ? byFirst[text[at]].Where(x => string.CompareOrdinal(text, at, x.pair.Old, 0, x.pair.Old.Length) == 0).Select(static x => x.rank).DefaultIfEmpty(int.MaxValue).Min()
                : int.MaxValue;
            context.Charge(1);
            if (empty >= 0 && empty < best && !afterMatch)
            {
                best = empty;
            }

            if (best < int.MaxValue)
            {
                Charge(context, pairs[best].New.Length);
                result.Append(pairs[best].New);
                at += pairs[best].Old.Length;
                if (pairs[best].Old.Length > 0)
                {
                    afterMatch = true;
                    continue;
                }
            }

            afterMatch = false;
            if (at < text.Length)
            {
                result.Append(text[at]);
                if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length)
                {
                    result.Append(text[++at]);
                }
            }

            at++;
        }

        return result.ToString();
    }

    private static string Reverse(string text)
    {
        var units = text.ToCharArray();
        System.Array.Reverse(units);
        for (var i = 0; i + 1 < units.Length; i++)
        {
            if (char.IsLowSurrogate(units[i]) && char.IsHighSurrogate(units[i + 1]))
            {
                (units[i], units[i + 1]) = (units[i + 1], units[i]);
                i++;
            }
        }

        return new string(units);
    }

    private static string Trim(string text, string cut, bool left, bool right)
    {
        var set = cut.EnumerateRunes().ToHashSet();
        var (start, end) = (0, text.Length);
        while (left && start < end && Rune.DecodeFromUtf16(text.AsSpan(start, end - start), out var rune, out var used) == System.Buffers.OperationStatus.Done && set.Contains(rune))
        {
            start += used;
        }

        while (right && start < end && Rune.DecodeLastFromUtf16(text.AsSpan(start, end - start), out var rune, out var used) == System.Buffers.OperationStatus.Done && set.Contains(rune))
        {
            end -= used;
        }

        return text[start..end];
    }

    // Unicode's White_Space, which lacks the information separators that .NET counts as such.
    private static string TrimSpace(string text) => text.AsSpan().Trim(" \t\n\v\f\r\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000").ToString();

    private static Value Format(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var format = Operand.Text(arguments, 0);
        var values = Operand.Array(arguments, 1);
        if (Go.PlainFormat.TryFormat(context, format, values) is { } plain)
        {
            return plain;
        }

        var converted = new List<object>(values.Count);
        foreach (var value in values)
        {
            converted.Add(value.Kind switch
            {
                ValueKind.String => value.AsString(),
                ValueKind.Number => FormatNumber(value.NumberText()),
                _ => value.ToString(),
            });
        }

        var text = GoFormat.Format(context, format, converted);
        return text;
    }

    private static object FormatNumber(string literal)
    {
        if (long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        if (BigInteger.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var big))
        {
            return big;
        }

        var number = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : literal;
    }

    // What a template string's parts become; one that is undefined arrives as an empty set, any other in a set of one.
    // The platform's invariant casing leaves these alone, which Unicode's simple mappings do not.
    private static Rune Lower(Rune rune) => rune.Value == '\u0130' ? new('i') : Rune.ToLowerInvariant(rune);

    private static Rune Upper(Rune rune) => rune.Value switch
    {
        '\u0131' => new('I'),
        '\u017F' => new('S'),
        _ => Rune.ToUpperInvariant(rune),
    };

    private static Value TemplateString(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = new StringBuilder();
        foreach (var part in Operand.Array(arguments, 0))
        {
            var inner = part.Kind == ValueKind.Set && part.AsSet().Count == 1 ? part.AsSet().InOrder(0) : part;
            var piece = part.Kind switch
            {
                ValueKind.Set when part.AsSet().Count == 0 => "<undefined>",
                ValueKind.Set when part.AsSet().Count > 1 => throw new BuiltinException("template-strings must not produce multiple outputs"),
                ValueKind.Array or ValueKind.Object => throw new BuiltinException($"illegal argument type: {Operand.Name(part)}"),
                _ => inner.TryGetString(out var plain) ? plain : inner.ToString(),
            };
            Charge(context, piece.Length);
            text.Append(piece);
        }

        return text.ToString();
    }
}
