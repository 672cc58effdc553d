using System.Globalization;
using System.Text;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Yaml;

/// <summary>Values as YAML in the layout of OPA's library: sorted keys, sequences at the level of their key, quotes only where they are needed.</summary>
internal sealed class YamlWriter(BuiltinContext context)
{
    private const int BestWidth = 80;
    private readonly StringBuilder _text = new();

    public static string Write(BuiltinContext context, in Value value)
    {
        var writer = new YamlWriter(context);
        writer.Node(JsonIn.Read(JsonOut.Write(value)), 0, afterKey: false, isRoot: true);
        return writer._text.ToString();
    }

    private void Node(in Value value, int indent, bool afterKey, bool isRoot = false)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        context.Charge(1 + (indent / 16));
        switch (value.Kind)
        {
            case ValueKind.Object when value.AsObject().Count > 0:
                Mapping(value.AsObject(), indent, afterKey);
                break;
            case ValueKind.Array when value.AsArray().Count > 0:
                Sequence(value.AsArray(), indent, afterKey);
                break;
            default:
                var scalar = value.Kind switch
                {
                    ValueKind.Object => "{}",
                    ValueKind.Array => "[]",
                    ValueKind.String => Text(value.AsString(), isRoot ? 0 : indent + 2, isKey: false),
                    _ => JsonOut.Write(value),
                };
                StringBuiltins.Charge(context, scalar.Length);
                _text.Append(afterKey ? " " : "").Append(scalar).Append(scalar.EndsWith('\n') ? "" : "\n");
                break;
        }
    }

    // After "key:" a mapping begins on a line of its own; after "- " on the same one.
    private void Mapping(ObjectValue members, int indent, bool afterKey)
    {
        var first = !afterKey;
        _text.Append(afterKey ? "\n" : "");
        foreach (var (key, value) in members)
        {
            _text.Append(' ', first ? 0 : indent).Append(Text(key.AsString(), indent, isKey: true)).Append(':');
            first = false;
            var nested = value.Kind == ValueKind.Object ? indent + 2 : indent;
            Node(value, value.Kind is ValueKind.Object or ValueKind.Array ? nested : indent, afterKey: true);
        }
    }

    private void Sequence(ArrayValue items, int indent, bool afterKey)
    {
        var first = !afterKey;
        _text.Append(afterKey ? "\n" : "");
        foreach (var item in items)
        {
            _text.Append(' ', first ? 0 : indent).Append("- ");
            first = false;
            Node(item, indent + 2, afterKey: false);
        }
    }

    private string Text(string text, int indent, bool isKey)
    {
        if (text.Contains('\n') && !isKey && IsBlockable(text))
        {
            return Block(text, indent);
        }

        if (!IsPlain(text))
        {
            return NeedsEscapes(text) || Resolves(text) ? Quoted(text) : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        }

        return Resolves(text) ? Quoted(text) : isKey ? text : Folded(text, indent);
    }

    // Long plain text is broken at spaces.
    private string Folded(string text, int indent)
    {
        var column = _text.Length - (_text.ToString().LastIndexOf('\n') + 1);
        if (column + text.Length <= BestWidth)
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && column > BestWidth && i + 1 < text.Length && text[i + 1] != ' ' && i > 0 && text[i - 1] != ' ')
            {
                result.Append('\n').Append(' ', indent);
                column = indent;
                continue;
            }

            result.Append(text[i]);
            column++;
        }

        return result.ToString();
    }

    private static bool Resolves(string text)
    {
        try
        {
            return YamlScalars.Resolve(text).Kind != ValueKind.String || text is "<<" or "=" || IsTimestamp(text);
        }
        catch (BuiltinException)
        {
            return true;
        }
    }

    private static bool IsTimestamp(string text) => text.Length >= 8 && char.IsAsciiDigit(text[0])
        && DateTime.TryParseExact(text, ["yyyy-M-d", "yyyy-M-d'T'H:m:sK", "yyyy-M-d'T'H:m:s.FFFFFFFK", "yyyy-M-d H:m:s"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsPlain(string text) => text.Length > 0
        && !"-?:,[]{}#&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal) | (text.Length > 1 && text[0] is '-' or '?' or ':' && text[1] is not (' ' or '\t'))
        && text[0] != ' ' && text[^1] is not (' ' or ':')
        && !text.StartsWith("---", StringComparison.Ordinal) && !text.StartsWith("...", StringComparison.Ordinal)
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && !NeedsEscapes(text) && !text.Contains('\n');

    private static bool NeedsEscapes(string text) => text.EnumerateRunes().Any(static rune => rune.Value is < ' ' or 0x7F or 0xFEFF or (>= 0x80 and < 0xA0) or 0x2028 or 0x2029 || !Rune.IsValid(rune.Value));

    private static bool IsBlockable(string text) => text[0] is not (' ' or '\n' or '\t') && !text.Contains(" \n", StringComparison.Ordinal) && text.Split('\n').All(static line => !NeedsEscapes(line));

    private static string Block(string text, int indent)
    {
        var end = text.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : text.EndsWith('\n') ? "" : "-";
        var body = text.EndsWith('\n') ? text[..^1] : text;
        var lines = body.Split('\n').Select(line => line.Length == 0 ? "" : new string(' ', Math.Max(2, indent)) + line);
        return $"|{end}\n{string.Join('\n', lines)}\n";
    }

    private static string Quoted(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\0' => @"\0",
                '\a' => @"\a",
                '\b' => @"\b",
                '\t' => @"\t",
                '\n' => @"\n",
                '\v' => @"\v",
                '\f' => @"\f",
                '\r' => @"\r",
                0x1B => @"\e",
                0x85 => @"\N",
                0x2028 => @"\L",
                0x2029 => @"\P",
                < ' ' or 0x7F or (>= 0x80 and < 0xA0) => string.Create(CultureInfo.InvariantCulture, $@"\x{rune.Value:X2}"),
                0xFEFF => @"\uFEFF",
                _ => rune.ToString(),
            });
        }

        return result.Append('"').ToString();
    }
}
