using System.Globalization;
using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>
/// Reads RE2's syntax as Go's <c>regexp/syntax</c> does with its Perl flags, and refuses what it refuses, in its words.
/// Limits: <see cref="MaxLength"/> units, 1,000 nested groups, 1,000 repetitions (also as a product of nested counts).
/// </summary>
internal sealed class PatternParser
{
    public const int MaxLength = 1 << 16;
    private const int MaxDepth = 1000;
    private const int MaxRepeat = 1000;

    private readonly string _text;
    private readonly List<string?> _groups = [null];
    private int _at;
    private int _depth;
    private Flags _flags;

    private PatternParser(string text) => _text = text;

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        Lines = 2,
        DotAll = 4,
        Lazy = 8,
    }

    /// <summary>Parses a pattern.</summary>
    /// <returns>The tree, and the names of the groups by number (null where unnamed; number 0 is the whole match).</returns>
    public static (PatternNode Root, IReadOnlyList<string?> Groups) Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new PatternException($"error parsing regexp: expression too large: {pattern.Length} units, at most {MaxLength} are allowed");
        }

        var parser = new PatternParser(pattern);
        var root = parser.ParseAlternatives();
        return parser._at < pattern.Length ? throw PatternException.Of("unexpected )", pattern) : (root, parser._groups);
    }

    private bool More => _at < _text.Length;

    private PatternNode ParseAlternatives()
    {
        var choices = new List<PatternNode> { ParseSequence() };
        while (More && _text[_at] == '|')
        {
            _at++;
            choices.Add(ParseSequence());
        }

        return choices.Count == 1 ? choices[0] : new PatternNode.Alternatives(choices);
    }

    private PatternNode ParseSequence()
    {
        var parts = new List<PatternNode>();
        var lastRepeat = -1;
        while (More && _text[_at] is not ('|' or ')'))
        {
            var start = _at;
            var repeated = false;
            switch (_text[_at])
            {
                case '(':
                    if (ParseGroup() is { } group)
                    {
                        parts.Add(group);
                    }

                    break;
                case '[':
                    parts.Add(new PatternNode.OneOf(ParseClass()));
                    break;
                case '.':
                    _at++;
                    parts.Add(new PatternNode.OneOf(_flags.HasFlag(Flags.DotAll) ? RuneRanges.Of((0, RuneRanges.Last)) : RuneRanges.Of(('\n', '\n')).Negated()));
                    break;
                case '^':
                    _at++;
                    parts.Add(new PatternNode.Place(_flags.HasFlag(Flags.Lines) ? "^" : @"\A"));
                    break;
                case '$':
                    _at++;
                    parts.Add(new PatternNode.Place(_flags.HasFlag(Flags.Lines) ? "$" : @"\z"));
                    break;
                case '*' or '+' or '?':
                    var (min, max) = _text[_at++] switch { '*' => (0, -1), '+' => (1, -1), _ => (0, 1) };
                    Repeat(parts, start, min, max, ref lastRepeat);
                    repeated = true;
                    break;
                case '{' when ParseCounts() is { } counts:
                    if (counts.Min is < 0 or > MaxRepeat || counts.Max > MaxRepeat || (counts.Max >= 0 && counts.Min > counts.Max))
                    {
                        throw PatternException.Of("invalid repeat count", _text[start.._at]);
                    }

                    Repeat(parts, start, counts.Min, counts.Max, ref lastRepeat);
                    repeated = true;
                    break;
                case '\\':
                    ParseEscape(parts);
                    break;
                default:
                    parts.Add(Literal(NextRune()));
                    break;
            }

            if (!repeated)
            {
                lastRepeat = -1;
            }
        }

        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private void Repeat(List<PatternNode> parts, int start, int min, int max, ref int lastRepeat)
    {
        var lazy = _flags.HasFlag(Flags.Lazy);
        if (More && _text[_at] == '?')
        {
            _at++;
            lazy = !lazy;
        }

        if (lastRepeat >= 0)
        {
            throw PatternException.Of("invalid nested repetition operator", _text[lastRepeat.._at]);
        }

        if (parts.Count == 0)
        {
            throw PatternException.Of("missing argument to repetition operator", _text[start.._at]);
        }

        var node = new PatternNode.Repeat(parts[^1], min, max, lazy);
        if ((min >= 2 || max >= 2) && !Fits(node, MaxRepeat))
        {
            throw PatternException.Of("invalid repeat count", _text[start.._at]);
        }

        parts[^1] = node;
        lastRepeat = start;
    }

    // Nested counts multiply; their product is bounded like a single one.
    private static bool Fits(PatternNode node, int budget)
    {
        switch (node)
        {
            case PatternNode.Repeat repeat:
                var count = repeat.Max < 0 ? repeat.Min : repeat.Max;
                return count <= budget && Fits(repeat.What, count > 0 ? budget / count : budget);
            case PatternNode.Capture capture:
                return Fits(capture.What, budget);
            case PatternNode.Sequence sequence:
                return sequence.Parts.All(part => Fits(part, budget));
            case PatternNode.Alternatives alternatives:
                return alternatives.Choices.All(choice => Fits(choice, budget));
            default:
                return true;
        }
    }

    // {n}, {n,} or {n,m}; anything else is not a repetition and is read as text. Counts too long for a number come back as -1.
    private (int Min, int Max)? ParseCounts()
    {
        var start = _at++;
        if (ParseCount() is not { } min)
        {
            _at = start;
            return null;
        }

        var max = min;
        if (More && _text[_at] == ',')
        {
            _at++;
            max = More && _text[_at] == '}' ? -1 : ParseCount() ?? int.MinValue;
        }

        if (max == int.MinValue || !More || _text[_at] != '}')
        {
            _at = start;
            return null;
        }

        _at++;
        return (min, max);
    }

    private int? ParseCount()
    {
        var start = _at;
        while (More && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        if (_at == start || (_text[start] == '0' && _at - start > 1))
        {
            return null;
        }

        return _at - start > 8 ? int.MaxValue : int.Parse(_text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    /// <summary>A group; null for one that only sets flags.</summary>
    private PatternNode? ParseGroup()
    {
        var start = _at++;
        var captures = true;
        var outside = _flags;
        if (_text.AsSpan(_at).StartsWith("?"))
        {
            if (_text.AsSpan(_at).StartsWith("?P<") || _text.AsSpan(_at).StartsWith("?<"))
            {
                ParseName(start);
            }
            else
            {
                captures = false;
                if (ParseFlags(start))
                {
                    return null;
                }
            }
        }
        else
        {
            _groups.Add(null);
        }

        if (++_depth > MaxDepth)
        {
            throw PatternException.Of("expression nests too deeply", _text);
        }

        var inner = ParseAlternatives();
        if (!More)
        {
            throw PatternException.Of("missing closing )", _text);
        }

        _at++;
        _depth--;
        _flags = outside;
        return captures ? new PatternNode.Capture(inner) : new PatternNode.Sequence([inner]);
    }

    private void ParseName(int start)
    {
        var open = _text.IndexOf('<', start);
        var close = _text.IndexOf('>', start);
        if (close < 0)
        {
            throw PatternException.Of("invalid named capture", _text[start..]);
        }

        var name = _text[(open + 1)..close];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw PatternException.Of("invalid named capture", _text[start..(close + 1)]);
        }

        if (_groups.Contains(name))
        {
            throw PatternException.Of("duplicate capture group name", name);
        }

        _groups.Add(name);
        _at = close + 1;
    }

    // (?flags) or (?flags: ; true for the first, which has no body.
    private bool ParseFlags(int start)
    {
        _at++;
        var flags = _flags;
        var (negative, any) = (false, false);
        while (More)
        {
            var c = _text[_at++];
            var flag = c switch { 'i' => Flags.IgnoreCase, 'm' => Flags.Lines, 's' => Flags.DotAll, 'U' => Flags.Lazy, _ => Flags.None };
            if (flag != Flags.None)
            {
                flags = negative ? flags & ~flag : flags | flag;
                any = true;
            }
            else if (c == '-' && !negative)
            {
                (negative, any) = (true, false);
            }
            else if (c is ':' or ')' && (!negative || any))
            {
                _flags = flags;
                return c == ')';
            }
            else
            {
                throw PatternException.Of("invalid or unsupported Perl syntax", _text[start.._at]);
            }
        }

        throw PatternException.Of("missing closing )", _text);
    }

    private void ParseEscape(List<PatternNode> parts)
    {
        if (_at + 1 >= _text.Length)
        {
            throw PatternException.Of("trailing backslash at end of expression", "");
        }

        switch (_text[_at + 1])
        {
            case 'A':
                _at += 2;
                parts.Add(new PatternNode.Place(@"\A"));
                break;
            case 'z':
                _at += 2;
                parts.Add(new PatternNode.Place(@"\z"));
                break;
            case 'b' or 'B':
                parts.Add(new PatternNode.Place(_text[_at..(_at + 2)]));
                _at += 2;
                break;
            case 'Q':
                _at += 2;
                while (More)
                {
                    if (_text.AsSpan(_at).StartsWith(@"\E"))
                    {
                        _at += 2;
                        break;
                    }

                    parts.Add(Literal(NextRune()));
                }

                break;
            default:
                parts.Add(ParseClassEscape() is { } set ? new PatternNode.OneOf(set) : Literal(ParseEscapedRune()));
                break;
        }
    }

    /// <summary><c>\d</c>, <c>\pL</c> and their like; null (nothing consumed) for anything else.</summary>
    private RuneRanges? ParseClassEscape()
    {
        var start = _at;
        var letter = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        if (PatternClasses.Perl(char.ToLowerInvariant(letter)) is { } perl)
        {
            _at += 2;
            return Folded(perl, char.IsAsciiLetterUpper(letter));
        }

        if (letter is not ('p' or 'P'))
        {
            return null;
        }

        _at += 2;
        if (!More)
        {
            throw PatternException.Of("invalid character class range", _text[start..]);
        }

        var negative = letter == 'P';
        string name;
        if (_text[_at] == '{')
        {
            var close = _text.IndexOf('}', _at);
            if (close < 0)
            {
                throw PatternException.Of("invalid character class range", _text[start..]);
            }

            name = _text[(_at + 1)..close];
            _at = close + 1;
        }
        else
        {
            name = char.ConvertFromUtf32(NextRune());
        }

        if (name.StartsWith('^'))
        {
            negative = !negative;
            name = name[1..];
        }

        return UnicodeClasses.Find(name) is { } set ? Folded(set, negative) : throw PatternException.Of("invalid character class range", _text[start.._at]);
    }

    private RuneRanges ParseClass()
    {
        var start = _at++;
        var negative = More && _text[_at] == '^';
        if (negative)
        {
            _at++;
        }

        var set = new RuneRanges();
        for (var first = true; ; first = false)
        {
            if (!More)
            {
                throw PatternException.Of("missing closing ]", _text[start..]);
            }

            if (_text[_at] == ']' && !first)
            {
                _at++;
                return Folded(set, negative);
            }

            if (_text.AsSpan(_at).StartsWith("[:") && _text.IndexOf(":]", _at + 2, StringComparison.Ordinal) is >= 0 and var close)
            {
                var name = _text.AsSpan(_at + 2, close - _at - 2);
                var complement = name.StartsWith("^");
                var posix = PatternClasses.Posix(complement ? name[1..] : name)
                    ?? throw PatternException.Of("invalid character class range", _text[_at..(close + 2)]);
                set.Add(Folded(posix, complement));
                _at = close + 2;
                continue;
            }

            if (_text[_at] == '\\' && ParseClassEscape() is { } escape)
            {
                set.Add(escape);
                continue;
            }

            var from = _at;
            var low = ParseClassRune(start);
            var high = low;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                high = ParseClassRune(start);
                if (high < low)
                {
                    throw PatternException.Of("invalid character class range", _text[from.._at]);
                }
            }

            set.Add(low, high);
        }
    }

    private int ParseClassRune(int start) =>
        !More ? throw PatternException.Of("missing closing ]", _text[start..]) : _text[_at] == '\\' ? ParseEscapedRune() : NextRune();

    private int ParseEscapedRune()
    {
        var start = _at++;
        if (!More)
        {
            throw PatternException.Of("trailing backslash at end of expression", "");
        }

        var c = NextRune();
        switch (c)
        {
            case >= '0' and <= '7' when c == '0' || (More && _text[_at] is >= '0' and <= '7'):
                var octal = c - '0';
                for (var i = 1; i < 3 && More && _text[_at] is >= '0' and <= '7'; i++)
                {
                    octal = (octal * 8) + _text[_at++] - '0';
                }

                return octal;
            case 'x' when ParseHex() is { } hex:
                return hex;
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)c):
                return c;
            default:
                throw PatternException.Of("invalid escape sequence", _text[start.._at]);
        }
    }

    private int? ParseHex()
    {
        if (More && _text[_at] == '{')
        {
            var value = 0;
            var digits = 0;
            for (_at++; More && char.IsAsciiHexDigit(_text[_at]); _at++, digits++)
            {
                value = (value * 16) + Convert.ToInt32(_text[_at].ToString(), 16);
                if (value > RuneRanges.Last)
                {
                    return null;
                }
            }

            if (digits == 0 || !More || _text[_at] != '}')
            {
                return null;
            }

            _at++;
            return value;
        }

        if (_at + 1 < _text.Length && char.IsAsciiHexDigit(_text[_at]) && char.IsAsciiHexDigit(_text[_at + 1]))
        {
            _at += 2;
            return int.Parse(_text.AsSpan(_at - 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return null;
    }

    private int NextRune()
    {
        if (Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var used) != System.Buffers.OperationStatus.Done)
        {
            throw PatternException.Of("invalid UTF-8", _text);
        }

        _at += used;
        return rune.Value;
    }

    private PatternNode.OneOf Literal(int rune) => new(Folded(RuneRanges.Of((rune, rune)), negative: false));

    private RuneRanges Folded(RuneRanges set, bool negative)
    {
        var folded = _flags.HasFlag(Flags.IgnoreCase) ? FoldOrbits.Close(set) : set;
        return negative ? folded.Negated() : folded;
    }
}
