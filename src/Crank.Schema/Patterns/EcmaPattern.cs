using System.Globalization;
using System.Text;

namespace Crank.Schema.Patterns;

/// <summary>
/// Translates a regular expression of ECMA-262 (2024, with the <c>u</c> flag) into one of the platform with the same meaning: ASCII classes,
/// code points instead of UTF-16 units, <c>$</c> only at the very end. More forgiving than <c>u</c> in two places that schemas in use rely on:
/// any ASCII punctuation may be escaped, and a brace or bracket that closes nothing stands for itself.
/// </summary>
internal sealed class EcmaPattern
{
    private const int MaxNesting = 100;
    private const long MaxWeight = 100_000;

    private static readonly CodePointSet Digits = CodePointSet.Of(('0', '9'));
    private static readonly CodePointSet WordCharacters = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));
    private static readonly CodePointSet Spaces = CodePointSet.Of(
        (0x9, 0xD), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));
    private static readonly string AnyButLineEnd = CodePointSet.Of((0xA, 0xA), (0xD, 0xD), (0x2028, 0x2029)).Negate().ToExpression();

    private readonly string _source;
    private readonly StringBuilder _out = new();
    private readonly List<string?> _groups = [];
    private readonly bool _hasBackReferences;
    private int _at;
    private int _opened;
    private int _nesting;

    private EcmaPattern(string source)
    {
        _source = source;
        _hasBackReferences = FindGroups();
    }

    /// <exception cref="FormatException">Not a regular expression of ECMA-262, or one beyond the bounds.</exception>
    public static string Translate(string source)
    {
        var pattern = new EcmaPattern(source);
        pattern.Disjunction();
        return pattern._at == source.Length ? pattern._out.ToString() : throw pattern.Wrong("a ')' closes nothing");
    }

    private bool FindGroups()
    {
        var inClass = false;
        var references = false;
        for (var i = 0; i < _source.Length; i++)
        {
            switch (_source[i])
            {
                case '\\':
                    i++;
                    references |= !inClass && i < _source.Length && _source[i] is 'k' or (>= '1' and <= '9');
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass:
                    AddGroup(i + 1);
                    break;
            }
        }

        return references;
    }

    private void AddGroup(int at)
    {
        if (at >= _source.Length || _source[at] != '?')
        {
            _groups.Add(null);
        }
        else if (string.CompareOrdinal(_source, at, "?<", 0, 2) == 0 && at + 2 < _source.Length && _source[at + 2] is not ('=' or '!'))
        {
            var end = _source.IndexOf('>', at);
            var name = end < 0 ? "" : _source[(at + 2)..end];
            if (name.Length == 0 || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$') || char.IsDigit(name[0]) || _groups.Contains(name))
            {
                throw Wrong("a group's name is missing, malformed or used twice");
            }

            _groups.Add(name);
        }
    }

    private long Disjunction()
    {
        if (++_nesting > MaxNesting)
        {
            throw Wrong($"groups are nested deeper than {MaxNesting}");
        }

        var weight = Alternative();
        while (Take('|'))
        {
            _out.Append('|');
            weight += Alternative();
        }

        _nesting--;
        return weight;
    }

    private long Alternative()
    {
        long weight = 0;
        while (_at < _source.Length && _source[_at] is not ('|' or ')'))
        {
            weight += Term();
            if (weight > MaxWeight)
            {
                throw Wrong($"it repeats more than {MaxWeight} things when written out");
            }
        }

        return weight;
    }

    private long Term()
    {
        var c = _source[_at];
        switch (c)
        {
            case '^':
                _at++;
                return Assertion("^");
            case '$':
                _at++;
                return Assertion(@"\z");
            case '(':
                return Group();
            case '.':
                _at++;
                _out.Append(AnyButLineEnd);
                return Quantifier(1);
            case '[':
                _out.Append(Class().ToExpression());
                return Quantifier(1);
            case '*' or '+' or '?':
                throw Wrong($"'{c}' repeats nothing");
            case '\\':
                return Escape();
            default:
                if (c == '{' && ReadCounts() is not null)
                {
                    throw Wrong("a count repeats nothing");
                }

                Literal(NextPoint());
                return Quantifier(1);
        }
    }

    private long Assertion(string text)
    {
        _out.Append(text);
        return _at < _source.Length && (_source[_at] is '*' or '+' or '?' || (_source[_at] == '{' && ReadCounts() is not null))
            ? throw Wrong("an assertion cannot be repeated")
            : 1;
    }

    private long Group()
    {
        _at++;
        var isAssertion = false;
        if (Take('?'))
        {
            if (Take(':'))
            {
                _out.Append("(?:");
            }
            else
            {
                var look = new[] { "<=", "<!", "=", "!" }.FirstOrDefault(l => string.CompareOrdinal(_source, _at, l, 0, l.Length) == 0);
                if (look is not null)
                {
                    _at += look.Length;
                    isAssertion = true;
                    _out.Append("(?").Append(look);
                }
                else if (Take('<'))
                {
                    _at = _source.IndexOf('>', _at) + 1;
                    Capture();
                }
                else
                {
                    throw Wrong("what follows '(?' is not known");
                }
            }
        }
        else
        {
            Capture();
        }

        var weight = Disjunction() + 1;
        if (!Take(')'))
        {
            throw Wrong("a '(' is not closed");
        }

        _out.Append(')');
        return isAssertion ? Assertion("") + weight : Quantifier(weight);
    }

    private void Capture()
    {
        _opened++;
        _out.Append(_hasBackReferences ? string.Create(CultureInfo.InvariantCulture, $"(?<{_opened}>") : "(?:");
    }

    private long Quantifier(long weight)
    {
        if (_at >= _source.Length)
        {
            return weight;
        }

        switch (_source[_at])
        {
            case '*' or '+' or '?':
                _out.Append(_source[_at++]);
                break;
            case '{' when ReadCounts() is var (least, most, end):
                if (most < least)
                {
                    throw Wrong("the counts of a repetition are out of order");
                }

                if (Math.Max(least, most ?? least) > MaxWeight)
                {
                    throw Wrong($"a repetition counts beyond {MaxWeight}");
                }

                _out.Append(_source, _at, end - _at);
                _at = end;
                weight *= Math.Max(1, most ?? least);
                break;
            default:
                return weight;
        }

        if (Take('?'))
        {
            _out.Append('?');
        }

        return weight;
    }

    private (long Least, long? Most, int End)? ReadCounts()
    {
        var end = _source.IndexOf('}', _at);
        if (end < 0)
        {
            return null;
        }

        var parts = _source[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || !IsCount(parts[0]) || (parts.Length == 2 && parts[1].Length > 0 && !IsCount(parts[1])))
        {
            return null;
        }

        var least = Count(parts[0]);
        return (least, parts.Length == 1 ? least : parts[1].Length == 0 ? null : Count(parts[1]), end + 1);
    }

    private static bool IsCount(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static long Count(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= int.MaxValue ? count : int.MaxValue;

    private long Escape()
    {
        var kind = _at + 1 < _source.Length ? _source[_at + 1] : throw Wrong("it ends in a lone '\\'");
        const string Word = "[0-9A-Z_a-z]";
        switch (kind)
        {
            case 'b':
                _at += 2;
                return Assertion($"(?:(?<={Word})(?!{Word})|(?<!{Word})(?={Word}))");
            case 'B':
                _at += 2;
                return Assertion($"(?:(?<={Word})(?={Word})|(?<!{Word})(?!{Word}))");
            case 'k':
                var end = _source.IndexOf('>', _at);
                var group = end > _at + 3 && _source[_at + 2] == '<' ? _groups.IndexOf(_source[(_at + 3)..end]) + 1 : 0;
                return BackReference(group, end + 1);
            case >= '1' and <= '9':
                var last = _at + 1;
                while (last < _source.Length && char.IsAsciiDigit(_source[last]))
                {
                    last++;
                }

                return BackReference(Count(_source[(_at + 1)..last]), last);
        }

        if (ClassEscape() is { } set)
        {
            _out.Append(set.ToExpression());
        }
        else
        {
            Literal(CharacterEscape());
        }

        return Quantifier(1);
    }

    /// <summary>A group that took no part matches nothing and succeeds in ECMA-262, so the reference is asked for only when it did.</summary>
    private long BackReference(long group, int end)
    {
        if (group < 1 || group > _groups.Count)
        {
            throw Wrong("a back reference names no group");
        }

        _at = end;
        _out.Append(CultureInfo.InvariantCulture, $@"(?:(?({group})\k<{group}>))");
        return Quantifier(1);
    }

    private CodePointSet? ClassEscape()
    {
        var kind = _source[_at + 1];
        var set = char.ToLowerInvariant(kind) switch
        {
            'd' => Digits,
            'w' => WordCharacters,
            's' => Spaces,
            _ => null,
        };
        if (set is not null)
        {
            _at += 2;
            return char.IsUpper(kind) ? set.Negate() : set;
        }

        if (kind is not ('p' or 'P'))
        {
            return null;
        }

        var end = _source.IndexOf('}', _at);
        if (end < 0 || _at + 2 >= _source.Length || _source[_at + 2] != '{')
        {
            throw Wrong($"'\\{kind}' needs a property in braces");
        }

        var name = _source[(_at + 3)..end];
        set = UnicodeProperties.Find(name) ?? throw Wrong($"the Unicode property '{name}' is not supported; general categories are, e.g. \\p{{Letter}}");
        _at = end + 1;
        return kind == 'P' ? set.Negate() : set;
    }

    private int CharacterEscape()
    {
        var kind = _source[_at + 1];
        _at += 2;
        switch (kind)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'f': return '\f';
            case 'v': return '\v';
            case '0' when _at >= _source.Length || !char.IsAsciiDigit(_source[_at]): return 0;
            case 'c' when _at < _source.Length && char.IsAsciiLetter(_source[_at]): return _source[_at++] % 32;
            case 'x': return Hex(2);
            case 'u' when Take('{'):
                var end = _source.IndexOf('}', _at);
                var point = end > _at && end - _at <= 8 ? Hex(end - _at) : throw Wrong("a code point in braces is malformed");
                _at++;
                return point <= CodePointSet.Last ? point : throw Wrong("a code point lies beyond U+10FFFF");
            case 'u':
                var unit = Hex(4);
                if (char.IsHighSurrogate((char)unit) && string.CompareOrdinal(_source, _at, @"\u", 0, 2) == 0)
                {
                    var back = _at;
                    _at += 2;
                    var low = Hex(4);
                    if (char.IsLowSurrogate((char)low))
                    {
                        return char.ConvertToUtf32((char)unit, (char)low);
                    }

                    _at = back;
                }

                return unit;
            default:
                return char.IsAscii(kind) && !char.IsAsciiLetterOrDigit(kind) && !char.IsControl(kind)
                    ? kind
                    : throw Wrong($"'\\{kind}' is not an escape of ECMA-262");
        }
    }

    private int Hex(int digits)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value < 0)
        {
            throw Wrong("a hexadecimal escape is malformed");
        }

        _at += digits;
        return value;
    }

    private CodePointSet Class()
    {
        _at++;
        var negated = Take('^');
        var set = new CodePointSet();
        while (true)
        {
            if (_at >= _source.Length)
            {
                throw Wrong("a '[' is not closed");
            }

            if (Take(']'))
            {
                return negated ? set.Negate() : set;
            }

            var from = ClassAtom(set);
            if (_at + 1 >= _source.Length || _source[_at] != '-' || _source[_at + 1] == ']')
            {
                AddPoint(set, from);
                continue;
            }

            _at++;
            var to = ClassAtom(set);
            if (from is null || to is null)
            {
                AddPoint(set, from);
                AddPoint(set, to);
                set.Add('-', '-');
            }
            else if (from > to)
            {
                throw Wrong("a range of a class is out of order");
            }
            else
            {
                set.Add(from.Value, to.Value);
            }
        }
    }

    /// <summary>One character of a class, or null after adding a whole class such as <c>\d</c>.</summary>
    private int? ClassAtom(CodePointSet set)
    {
        if (_source[_at] != '\\')
        {
            return NextPoint();
        }

        if (_at + 1 >= _source.Length)
        {
            throw Wrong("it ends in a lone '\\'");
        }

        if (_source[_at + 1] == 'b')
        {
            _at += 2;
            return '\b';
        }

        if (ClassEscape() is { } whole)
        {
            set.Add(whole);
            return null;
        }

        return CharacterEscape();
    }

    private static void AddPoint(CodePointSet set, int? point)
    {
        if (point is { } one)
        {
            set.Add(one, one);
        }
    }

    private int NextPoint()
    {
        if (!Rune.TryGetRuneAt(_source, _at, out var rune))
        {
            throw Wrong("it holds half a surrogate pair");
        }

        _at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private void Literal(int point) => _out.Append(CodePointSet.Of((point, point)).ToExpression());

    private bool Take(char c)
    {
        if (_at >= _source.Length || _source[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private FormatException Wrong(string why) => new($"'{_source}' is not usable at {_at}: {why}");
}
