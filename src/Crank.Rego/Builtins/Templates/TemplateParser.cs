using System.Buffers;
using System.Globalization;
using System.Text;

namespace Crank.Rego.Builtins.Templates;

/// <summary>Reads a template of Go's <c>text/template</c>.</summary>
internal sealed class TemplateParser
{
    private const int MaxDepth = 100;

    private static readonly SearchValues<char> Blank = SearchValues.Create(" \t\r\n");

    private readonly string _text;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> _templates;
    private readonly List<string> _variables = ["$"];
    private int _at;
    private int _depth;
    private int _ranges;
    private bool _trimNext;

    private TemplateParser(string text, Dictionary<string, IReadOnlyList<TemplateNode>> templates)
    {
        _text = text;
        _templates = templates;
    }

    /// <summary>The templates by name; the text itself is <c>template</c>.</summary>
    /// <exception cref="BuiltinException">The text is no template.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> Parse(string text)
    {
        var templates = new Dictionary<string, IReadOnlyList<TemplateNode>>();
        var parser = new TemplateParser(text, templates);
        var (nodes, end) = parser.List();
        if (end.Length > 0)
        {
            throw parser.Wrong($"unexpected {{{{{end}}}}}");
        }

        templates["template"] = nodes;
        return templates;
    }

    private BuiltinException Wrong(string what) => new($"template: template:{1 + _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n')}: {what}");

    // Nodes up to the keyword that ends them: "end", "else", or nothing at the end of the text.
    private (List<TemplateNode> Nodes, string End) List()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong("max expression depth exceeded");
        }

        var nodes = new List<TemplateNode>();
        while (true)
        {
            Text(nodes);
            if (_at >= _text.Length)
            {
                _depth--;
                return (nodes, "");
            }

            Open();
            Space();
            if (At("/*"))
            {
                Comment();
                continue;
            }

            var keyword = Keyword();
            switch (keyword)
            {
                case "end" or "else":
                    _depth--;
                    return (nodes, keyword);
                case "if" or "with" or "range":
                    nodes.Add(Branch(keyword));
                    break;
                case "define":
                    Define();
                    break;
                case "block":
                    var name = Name();
                    var blockPipeline = Pipeline(")", false);
                    Close();
                    _templates.TryAdd(name, Body(true));
                    nodes.Add(new TemplateNode.Call(name, blockPipeline));
                    break;
                case "template":
                    var called = Name();
                    Space();
                    var pipeline = AtClose() ? null : Pipeline(")", false);
                    Close();
                    nodes.Add(new TemplateNode.Call(called, pipeline));
                    break;
                case "break" or "continue":
                    if (_ranges == 0)
                    {
                        throw Wrong($"{{{{{keyword}}}}} outside {{{{range}}}}");
                    }

                    Close();
                    nodes.Add(new TemplateNode.Leave(keyword == "break"));
                    break;
                default:
                    nodes.Add(new TemplateNode.Action(Pipeline("", true)));
                    Close();
                    break;
            }
        }
    }

    private void Text(List<TemplateNode> nodes)
    {
        var open = _text.IndexOf("{{", _at, StringComparison.Ordinal);
        var text = _text.AsSpan()[_at..(open < 0 ? _text.Length : open)];
        _at = open < 0 ? _text.Length : open;
        if (_trimNext)
        {
            text = text.TrimStart(" \t\r\n");
            _trimNext = false;
        }

        if (open >= 0 && _text.AsSpan(open).StartsWith("{{-") && open + 3 < _text.Length && Blank.Contains(_text[open + 3]))
        {
            text = text.TrimEnd(" \t\r\n");
        }

        if (!text.IsEmpty)
        {
            nodes.Add(new TemplateNode.Text(text.ToString()));
        }
    }

    private void Open()
    {
        _at += 2;
        if (At("-") && _at + 1 < _text.Length && Blank.Contains(_text[_at + 1]))
        {
            _at++;
        }
    }

    private bool AtClose()
    {
        Space();
        return At("}}") || (At("-}}") && _at > 0 && Blank.Contains(_text[_at - 1]));
    }

    private void Close()
    {
        if (!AtClose())
        {
            throw Wrong(_at >= _text.Length ? "unclosed action" : $"unexpected {GoWord()} in command");
        }

        _trimNext = At("-");
        _at += _trimNext ? 3 : 2;
    }

    private string GoWord() => $"\"{_text[_at]}\"";

    private void Comment()
    {
        var end = _text.IndexOf("*/", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Wrong("unclosed comment");
        }

        _at = end + 2;
        if (!AtClose())
        {
            throw Wrong("comment ends before closing delimiter");
        }

        Close();
    }

    private TemplateNode.Branch Branch(string kind)
    {
        var known = _variables.Count;
        var pipeline = Pipeline("", true);
        Close();
        _ranges += kind == "range" ? 1 : 0;
        var (then, end) = List();
        _ranges -= kind == "range" ? 1 : 0;
        IReadOnlyList<TemplateNode> otherwise = [];
        if (end == "else")
        {
            Space();
            if (kind != "range" && Keyword(kind))
            {
                otherwise = [Branch(kind)];
                _variables.RemoveRange(known, _variables.Count - known);
                return new(kind, pipeline, then, otherwise);
            }

            Close();
            (var nodes, end) = List();
            otherwise = nodes;
        }

        if (end != "end")
        {
            throw Wrong(end.Length == 0 ? "unexpected EOF" : $"unexpected {{{{{end}}}}}");
        }

        Close();
        _variables.RemoveRange(known, _variables.Count - known);
        return new(kind, pipeline, then, otherwise);
    }

    private void Define()
    {
        if (_depth > 1)
        {
            throw Wrong("unexpected {{define}}");
        }

        var name = Name();
        Close();
        _templates[name] = Body(false);
    }

    private List<TemplateNode> Body(bool isBlock)
    {
        var known = _variables.ToArray();
        _variables.RemoveRange(1, _variables.Count - 1);
        var (nodes, end) = List();
        if (end != "end")
        {
            throw Wrong(end.Length == 0 ? "unexpected EOF" : $"unexpected {{{{{end}}}}} in {(isBlock ? "block" : "define")} clause");
        }

        Close();
        _variables.Clear();
        _variables.AddRange(known);
        return nodes;
    }

    private string Name()
    {
        Space();
        return Literal() is TemplateOperand.Literal { Value: string name } ? name : throw Wrong("unexpected token in template clause");
    }

    private TemplatePipeline Pipeline(string end, bool mayDeclare)
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong("max expression depth exceeded");
        }

        var (variables, declares) = mayDeclare ? Variables() : ([], false);
        var commands = new List<IReadOnlyList<TemplateOperand>>();
        do
        {
            var operands = new List<TemplateOperand>();
            while (true)
            {
                Space();
                if (_at >= _text.Length)
                {
                    throw Wrong("unclosed action");
                }

                if (AtClose() || At("|") || At(")"))
                {
                    break;
                }

                operands.Add(Operand());
            }

            if (operands.Count == 0)
            {
                throw Wrong("missing value for command");
            }

            if (commands.Count > 0 && operands[0] is TemplateOperand.Literal)
            {
                throw Wrong($"non executable command in pipeline stage {commands.Count + 1}");
            }

            commands.Add(operands);
        }
        while (Take("|"));
        if (end.Length > 0 && At(")"))
        {
            _at++;
        }
        else if (At(")"))
        {
            throw Wrong("unexpected right paren");
        }

        _variables.AddRange(declares ? variables : []);
        _depth--;
        return new(variables, declares, commands);
    }

    // "$x :=", "$x =" or "$i, $x :=" at the start of a pipeline.
    private (List<string> Names, bool Declares) Variables()
    {
        var start = _at;
        var names = new List<string>();
        do
        {
            Space();
            if (!At("$"))
            {
                break;
            }

            _at++;
            names.Add("$" + Word());
            Space();
        }
        while (names.Count < 2 && Take(","));
        if (names.Count > 0 && At(":="))
        {
            _at += 2;
            return (names, true);
        }

        if (names.Count > 0 && At("=") && !At("=="))
        {
            _at++;
            return names.TrueForAll(_variables.Contains) ? (names, false) : throw Wrong($"undefined variable \"{names.Find(name => !_variables.Contains(name))}\"");
        }

        _at = start;
        return ([], false);
    }

    private TemplateOperand Operand()
    {
        var start = _at;
        TemplateOperand operand;
        if (Take("("))
        {
            operand = new TemplateOperand.Nested(Pipeline(")", false));
        }
        else if (At("$"))
        {
            _at++;
            var name = "$" + Word();
            operand = _variables.Contains(name) ? new TemplateOperand.Variable(name) : throw Wrong($"undefined variable \"{name}\"");
        }
        else if (At(".") && !(_at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
        {
            operand = new TemplateOperand.Dot();
            if (_at + 1 >= _text.Length || !IsWord(_text[_at + 1]))
            {
                _at++;
                return operand;
            }
        }
        else if (char.IsLetter(_text[_at]) || _text[_at] == '_')
        {
            var name = Word();
            operand = name switch
            {
                "true" => new TemplateOperand.Literal(true, name),
                "false" => new TemplateOperand.Literal(false, name),
                "nil" => new TemplateOperand.Literal(null, name),
                _ when TemplateFunctions.Known.Contains(name) => new TemplateOperand.Function(name),
                _ => throw Wrong($"function \"{name}\" not defined"),
            };
        }
        else
        {
            return Literal();
        }

        var fields = new List<string>();
        while (At("."))
        {
            _at++;
            fields.Add(Word() is { Length: > 0 } field ? field : throw Wrong("unexpected . after term"));
        }

        return fields.Count == 0 ? operand : new TemplateOperand.Fields(operand, fields, _text[start.._at]);
    }

    private TemplateOperand.Literal Literal()
    {
        var start = _at;
        switch (_at < _text.Length ? _text[_at] : '\0')
        {
            case '`':
                var end = _text.IndexOf('`', _at + 1);
                if (end < 0)
                {
                    throw Wrong("unterminated raw quoted string");
                }

                _at = end + 1;
                return new(_text[(start + 1)..end], _text[start.._at]);
            case '"':
                var text = Quoted('"');
                return new(text, _text[start.._at]);
            case '\'':
                var character = Quoted('\'');
                return Rune.TryGetRuneAt(character, 0, out var rune) && rune.Utf16SequenceLength == character.Length
                    ? new((long)rune.Value, _text[start.._at])
                    : throw Wrong("malformed character constant");
            default:
                while (_at < _text.Length && (IsWord(_text[_at]) || _text[_at] is '.' || (_text[_at] is '+' or '-' && (_at == start || _text[_at - 1] is 'e' or 'E'))))
                {
                    _at++;
                }

                var number = _text[start.._at];
                var plain = number.Replace("_", "", StringComparison.Ordinal);
                return long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new(whole, number)
                    : plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(plain.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out whole) ? new(whole, number)
                    : double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && plain.Length > 0 ? new(real, number)
                    : throw Wrong(number.Length > 0 ? $"bad number syntax: \"{number}\"" : $"unexpected {GoWord()} in operand");
        }
    }

    private string Quoted(char quote)
    {
        var result = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] is not '\n'; _at++)
        {
            if (_text[_at] == quote)
            {
                _at++;
                return result.ToString();
            }

            if (_text[_at] != '\\')
            {
                result.Append(_text[_at]);
                continue;
            }

            if (++_at >= _text.Length)
            {
                break;
            }

            var digits = _text[_at] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0)
            {
                if (_at + digits >= _text.Length
                    || !int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                    || !Rune.IsValid(code))
                {
                    throw Wrong("invalid syntax");
                }

                result.Append(new Rune(code).ToString());
                _at += digits;
                continue;
            }

            result.Append(_text[_at] switch
            {
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                '\\' or '"' or '\'' => _text[_at],
                _ => throw Wrong("invalid syntax"),
            });
        }

        throw Wrong(quote == '"' ? "unterminated quoted string" : "unterminated character constant");
    }

    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && IsWord(_text[_at]))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);

    // The keyword here; empty, and nothing read, when what stands here is none.
    private string Keyword()
    {
        var start = _at;
        var word = Word();
        if (word is "end" or "else" or "if" or "with" or "range" or "define" or "block" or "template" or "break" or "continue")
        {
            if (word == "end")
            {
                return AtClose() ? word : throw Wrong("unexpected token in end");
            }

            return word;
        }

        _at = start;
        return "";
    }

    private bool Keyword(string wanted)
    {
        var start = _at;
        if (Word() == wanted)
        {
            return true;
        }

        _at = start;
        return false;
    }

    private bool At(string what) => _text.AsSpan(_at).StartsWith(what, StringComparison.Ordinal);

    private bool Take(string what)
    {
        Space();
        if (!At(what))
        {
            return false;
        }

        _at += what.Length;
        return true;
    }

    private void Space()
    {
        while (_at < _text.Length && Blank.Contains(_text[_at]))
        {
            _at++;
        }
    }
}
