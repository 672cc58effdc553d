using System.Globalization;
using System.Text;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Patterns;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Regular expressions in RE2's syntax and meaning, and globs.</summary>
internal static class RegexBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("regex.match", 2, true, Match),
        new("re_match", 2, true, Match),
        new("regex.is_valid", 1, true, IsValid),
        new("regex.split", 2, true, Split),
        new("regex.find_n", 3, true, Find),
        new("regex.find_all_string_submatch_n", 3, true, FindGroups),
        new("regex.replace", 3, true, Replace),
        new("regex.template_match", 4, true, MatchTemplate),
        new("regex.globs_match", 2, true, static (_, a) =>
        {
            var (left, right) = (Operand.Text(a, 0), Operand.Text(a, 1));
            return Checked((left, right), static x => (Value)GlobIntersection.NonEmpty(x.left, x.right));
        }),
        new("glob.match", 3, true, MatchGlob),
        new("glob.quote_meta", 1, true, static (_, a) => Glob.Quote(Operand.Text(a, 0))),
    ];

    private static TResult Checked<TState, TResult>(TState state, Func<TState, TResult> action)
    {
        try
        {
            return action(state);
        }
        catch (PatternException refused)
        {
            throw new BuiltinException(refused.Message);
        }
    }

    private static Re2 Compile(ReadOnlySpan<Value> arguments, int index) => Checked(Operand.Text(arguments, index), Re2.Of);

    private static Value Match(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 1);
        var regex = Compile(arguments, 0);
        context.Charge(text.Length / 16);
        return Checked((regex, text), static x => x.regex.IsMatch(x.text));
    }

    private static Value IsValid(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (!arguments[0].TryGetString(out var pattern))
        {
            return false;
        }

        try
        {
            PatternParser.Parse(pattern);
            return true;
        }
        catch (PatternException)
        {
            return false;
        }
    }

    // The matches, each paid for by what is still to be searched.
    private static List<int[]> Matches(BuiltinContext context, Re2 regex, string text, int most) => Checked((context, regex, text, most), static x =>
    {
        var found = new List<int[]>();
        var at = 0;
        x.context.Charge((x.text.Length / 16) + 1);
        foreach (var match in x.regex.Find(x.text, x.most))
        {
            x.context.Charge(match.Length + ((match[1] - at) / 16));
            at = match[1];
            found.Add(match);
        }

        return found;
    });

    private static int Count(ReadOnlySpan<Value> arguments, int index) => (int)Math.Clamp(Operand.Integer(arguments, index), -1, int.MaxValue);

    private static Value Find(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 1);
        var matches = Matches(context, Compile(arguments, 0), text, Count(arguments, 2));
        return ArrayValue.Of([.. matches.Select(match => (Value)text[match[0]..match[1]])]);
    }

    private static Value FindGroups(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 1);
        var matches = Matches(context, Compile(arguments, 0), text, Count(arguments, 2));
        return ArrayValue.Of([.. matches.Select(match => (Value)ArrayValue.Of([.. Enumerable.Range(0, match.Length / 2).Select(i => (Value)Group(text, match, i))]))]);
    }

    private static string Group(string text, int[] match, int group) =>
        group < match.Length / 2 && match[2 * group] >= 0 ? text[match[2 * group]..match[(2 * group) + 1]] : "";

    private static Value Split(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var pattern = Operand.Text(arguments, 0);
        var text = Operand.Text(arguments, 1);
        var regex = Compile(arguments, 0);
        if (pattern.Length > 0 && text.Length == 0)
        {
            return ArrayValue.Of("");
        }

        var parts = new ArrayBuilder();
        var (begin, end) = (0, 0);
        foreach (var match in Matches(context, regex, text, -1))
        {
            end = match[0];
            if (match[1] != 0)
            {
                parts.Add(text[begin..end]);
            }

            begin = match[1];
        }

        if (end != text.Length)
        {
            parts.Add(text[begin..]);
        }

        return parts.ToArray();
    }

    private static Value Replace(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (text, template) = (Operand.Text(arguments, 0), Operand.Text(arguments, 2));
        var regex = Compile(arguments, 1);
        var result = new StringBuilder();
        var at = 0;
        foreach (var match in Matches(context, regex, text, -1))
        {
            result.Append(text, at, match[0] - at);
            Expand(context, result, template, text, match, regex.Groups);
            at = match[1];
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    // $name and ${name} stand for groups, by number or name; $$ is a dollar; the longest name counts.
    private static void Expand(BuiltinContext context, StringBuilder result, string template, string text, int[] match, IReadOnlyList<string?> groups)
    {
        for (var at = 0; at < template.Length;)
        {
            var dollar = template.IndexOf('$', at);
            dollar = dollar < 0 ? template.Length : dollar;
            Append(template.AsSpan(at, dollar - at));
            at = dollar + 1;
            if (dollar == template.Length)
            {
                return;
            }

            if (at < template.Length && template[at] == '$')
            {
                Append("$");
                at++;
                continue;
            }

            var braces = at < template.Length && template[at] == '{';
            var start = braces ? at + 1 : at;
            var end = start;
            while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start || (braces && (end == template.Length || template[end] != '}')))
            {
                // Malformed: the dollar is text.
                Append("$");
                continue;
            }

            var name = template[start..end];
            at = braces ? end + 1 : end;
            if (name.All(char.IsAsciiDigit) && (name.Length == 1 || name[0] != '0'))
            {
                Append(int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Group(text, match, number) : "");
                continue;
            }

            for (var i = 1; i < groups.Count; i++)
            {
                if (groups[i] == name && match[2 * i] >= 0)
                {
                    Append(Group(text, match, i));
                    break;
                }
            }
        }

        void Append(ReadOnlySpan<char> part)
        {
            StringBuiltins.Charge(context, result.Length + (long)part.Length > int.MaxValue / 4 ? long.MaxValue : part.Length);
            result.Append(part);
        }
    }

    private static Value MatchTemplate(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (template, text) = (Operand.Text(arguments, 0), Operand.Text(arguments, 1));
        var (start, end) = (Operand.Text(arguments, 2), Operand.Text(arguments, 3));
        if (Bytes.FromText(start).Length != 1)
        {
            throw new BuiltinException($"start delimiter has to be exactly one character long but is {Bytes.FromText(start).Length} long");
        }

        if (Bytes.FromText(end).Length != 1)
        {
            throw new BuiltinException($"end delimiter has to be exactly one character long but is {Bytes.FromText(start).Length} long");
        }

        var pattern = TemplatePattern(template, start[0], end[0]);
        context.Charge(text.Length / 16);
        return Checked((pattern, text), static x => Re2.Of(x.pattern).IsMatch(x.text));
    }

    private static string TemplatePattern(string template, char start, char end)
    {
        var pattern = new StringBuilder("^");
        var (level, at, open) = (0, 0, 0);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == start)
            {
                open = ++level == 1 ? i : open;
            }
            else if (template[i] == end)
            {
                if (--level < 0)
                {
                    break;
                }

                if (level == 0)
                {
                    var inner = template[(open + 1)..i];
                    Checked($"^{inner}$", PatternParser.Parse);
                    Quote(pattern, template.AsSpan(at, open - at)).Append('(').Append(inner).Append(')');
                    at = i + 1;
                }
            }
        }

        return level == 0
            ? Quote(pattern, template.AsSpan(at)).Append('$').ToString()
            : throw new BuiltinException($"unbalanced braces in {GoQuote.Quote(template)}");
    }

    private static StringBuilder Quote(StringBuilder pattern, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            (@"\.+*?()|[]{}^$".Contains(c) ? pattern.Append('\\') : pattern).Append(c);
        }

        return pattern;
    }

    private static Value MatchGlob(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var pattern = Operand.Text(arguments, 0);
        var single = arguments[1].Reference is ArrayValue { Count: 1 } list && list[0].Reference is string { Length: 1 } one ? one[0] : '\0';
        if (single != '\0' && GlobCache.Find(pattern, single) is { } known && arguments[2].TryGetString(out var searched))
        {
            context.Charge(searched.Length / 16);
            return known.IsMatch(searched);
        }

        var delimiters = new List<Rune>();
        if (arguments[1].Kind == ValueKind.Array)
        {
            foreach (var item in arguments[1].AsArray())
            {
                if (!item.TryGetString(out var text))
                {
                    throw Operand.WrongElement(1, arguments[1], item, "string");
                }

                delimiters.Add(text.EnumerateRunes().ToArray() is [var only] ? only : throw Operand.WrongElement(1, arguments[1], item, "rune"));
            }

            if (delimiters.Count == 0)
            {
                delimiters.Add(new Rune('.'));
            }
        }
        else if (arguments[1].Kind != ValueKind.Null)
        {
            throw Operand.WrongType(1, arguments[1], "array", "null");
        }

        var match = Operand.Text(arguments, 2);
        context.Charge(match.Length / 16);
        return Checked((pattern, delimiters, match, single), static x =>
        {
            var compiled = Glob.Compile(x.pattern, x.delimiters);
            return (x.single == '\0' ? compiled : GlobCache.Keep(x.pattern, x.single, compiled)).IsMatch(x.match);
        });
    }
}
