using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>
/// OPA's glob notation: <c>*</c> any run without a delimiter, <c>**</c> any run, <c>?</c> one code point that is no delimiter, <c>[abc]</c>,
/// <c>[a-c]</c>, their complements with <c>!</c>, <c>{this,that}</c> (nested), <c>\</c> before a special character. Matches whole strings.
/// </summary>
internal sealed class Glob
{
    private const int MaxDepth = 100;
    private const string Special = @"*,?\[]{}";

    private readonly string _text;
    private readonly RuneRanges _inside;
    private int _at;
    private int _depth;

    private Glob(string pattern, IReadOnlyList<Rune> delimiters)
    {
        _text = pattern;
        var outside = new RuneRanges();
        foreach (var delimiter in delimiters)
        {
            outside.Add(delimiter.Value, delimiter.Value);
        }

        _inside = outside.Negated();
    }

    /// <summary>The pattern compiled.</summary>
    /// <exception cref="PatternException">It is malformed or too long.</exception>
    public static Re2 Compile(string pattern, IReadOnlyList<Rune> delimiters)
    {
        if (pattern.Length > PatternParser.MaxLength)
        {
            throw Wrong($"glob pattern of {pattern.Length} units, at most {PatternParser.MaxLength} are allowed");
        }

        // A NUL in front keeps the key apart from any regular expression's.
        return Re2.Of($"\0{string.Concat(delimiters)}\0{pattern}", () => new Glob(pattern, delimiters).Parse());
    }

    /// <summary>The pattern with a backslash before everything special.</summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            (Special.Contains(c) ? result.Append('\\') : result).Append(c);
        }

        return result.ToString();
    }

    private PatternNode.Sequence Parse() => new PatternNode.Sequence([new PatternNode.Place(@"\A"), ParseSequence(), new PatternNode.Place(@"\z")]);

    private PatternNode.Sequence ParseSequence()
    {
        var parts = new List<PatternNode>();
        while (_at < _text.Length)
        {
            switch (_text[_at])
            {
                case ',' or '}' when _depth > 0:
                    return new(parts);
                case '?':
                    _at++;
                    parts.Add(new PatternNode.OneOf(_inside));
                    break;
                case '*':
                    _at++;
                    var any = _at < _text.Length && _text[_at] == '*';
                    _at += any ? 1 : 0;
                    parts.Add(new PatternNode.Repeat(new PatternNode.OneOf(any ? RuneRanges.Of((0, RuneRanges.Last)) : _inside), 0, -1, Lazy: false));
                    break;
                case '[':
                    parts.Add(new PatternNode.OneOf(ParseList()));
                    break;
                case '{':
                    parts.Add(ParseTerms());
                    break;
                case '\\' when _at + 1 == _text.Length:
                    // It announces a character that does not come: no text has it.
                    _at++;
                    parts.Add(new PatternNode.OneOf(new RuneRanges()));
                    break;
                default:
                    parts.Add(Literal(ParseRune()));
                    break;
            }
        }

        return new(parts);
    }

    private PatternNode.Alternatives ParseTerms()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong($"glob pattern nests more than {MaxDepth} alternatives");
        }

        var choices = new List<PatternNode>();
        do
        {
            _at++;
            choices.Add(ParseSequence());
        }
        while (_at < _text.Length && _text[_at] == ',');
        _at++;
        _depth--;
        return new(choices);
    }

    private RuneRanges ParseList()
    {
        _at++;
        var negative = _at < _text.Length && _text[_at] == '!';
        _at += negative ? 1 : 0;
        var set = new RuneRanges();
        var first = NextRune();
        if (_at < _text.Length && _text[_at] == '-')
        {
            _at++;
            var last = NextRune();
            if (last.Value < first.Value)
            {
                throw Wrong($"hi character '{last}' should be greater than lo '{first}'");
            }

            set.Add(first.Value, last.Value);
        }
        else
        {
            _at -= first.Utf16SequenceLength;
            while (_at < _text.Length && _text[_at] != ']')
            {
                var member = ParseRune().Value;
                set.Add(member, member);
            }

            if (set.Ranges.Count == 0)
            {
                throw Wrong("could not parse range");
            }
        }

        if (_at >= _text.Length || _text[_at] != ']')
        {
            throw Wrong(_at >= _text.Length ? "unexpected end of input" : "expected close range character");
        }

        _at++;
        return negative ? set.Negated() : set;
    }

    private Rune ParseRune()
    {
        if (_text[_at] == '\\' && _at + 1 < _text.Length)
        {
            _at++;
        }

        return NextRune();
    }

    private Rune NextRune()
    {
        if (_at >= _text.Length)
        {
            throw Wrong("unexpected end of input");
        }

        Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var used);
        _at += used;
        return rune;
    }

    private static PatternException Wrong(string why) => new($"syntax error in pattern: {why}");

    private static PatternNode.OneOf Literal(Rune rune) => new(RuneRanges.Of((rune.Value, rune.Value)));
}
