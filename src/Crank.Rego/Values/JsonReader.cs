using System.Buffers;
using System.Globalization;
using System.Text;

namespace Crank.Rego.Values;

/// <summary>One pass over a JSON text. Elements wait on a stack until their collection ends, so that each collection is made once and in its size.</summary>
internal ref struct JsonReader(ReadOnlySpan<byte> text, NameTable? names, bool learn)
{
    private const int MaxNameLength = 64;
    private const int MaxKeptStack = 16_384;
    private static readonly SearchValues<byte> s_special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    [ThreadStatic]
    private static Value[]? t_stack;

    private readonly ReadOnlySpan<byte> _text = text;
    private Value[] _stack = Rent();
    private int _top;
    private int _highest;
    private int _at;
    private int _depth;

    public Value ReadDocument()
    {
        var value = ReadValue();
        SkipSpace();
        return _at == _text.Length ? value : throw Wrong("nothing may follow the value");
    }

    public void Release()
    {
        if (_stack.Length <= MaxKeptStack)
        {
            Array.Clear(_stack, 0, Math.Max(_highest, _top));
            t_stack = _stack;
        }
    }

    private static Value[] Rent()
    {
        var stack = t_stack ?? new Value[64];
        t_stack = null;
        return stack;
    }

    private Value ReadValue()
    {
        SkipSpace();
        switch (_at < _text.Length ? _text[_at] : (byte)0)
        {
            case (byte)'{': return ReadObject();
            case (byte)'[': return ReadArray();
            case (byte)'"': return Value.Of(ReadText(false));
            case (byte)'t': return Word("true"u8, Value.True);
            case (byte)'f': return Word("false"u8, Value.False);
            case (byte)'n': return Word("null"u8, Value.Null);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'): return ReadNumber();
            default: throw Wrong(_at == _text.Length ? "a value is missing at the end" : "a value is expected");
        }
    }

    private Value Word(ReadOnlySpan<byte> word, in Value value)
    {
        if (!_text[_at..].StartsWith(word))
        {
            throw Wrong("a value is expected");
        }

        _at += word.Length;
        return value;
    }

    private ArrayValue ReadArray()
    {
        var start = Enter();
        if (Ends((byte)']'))
        {
            return ArrayValue.Empty;
        }

        do
        {
            Push(ReadValue());
        }
        while (Continues((byte)']'));
        var items = _stack.AsSpan(start, _top - start).ToArray();
        Leave(start);
        return new(items, items.Length);
    }

    private ObjectValue ReadObject()
    {
        var start = Enter();
        if (Ends((byte)'}'))
        {
            return ObjectValue.Empty;
        }

        do
        {
            SkipSpace();
            if (_at == _text.Length || _text[_at] != (byte)'"')
            {
                throw Wrong("a member's name in quotes is expected");
            }

            Push(Value.Of(ReadText(learn)));
            SkipSpace();
            if (_at == _text.Length || _text[_at] != (byte)':')
            {
                throw Wrong("a colon is expected");
            }

            _at++;
            Push(ReadValue());
        }
        while (Continues((byte)'}'));
        var count = (_top - start) / 2;
        var keys = new Value[count];
        var values = new Value[count];
        for (var i = 0; i < count; i++)
        {
            keys[i] = _stack[start + (2 * i)];
            values[i] = _stack[start + (2 * i) + 1];
        }

        Leave(start);
        return ObjectValue.OfMembers(keys, values);
    }

    private int Enter()
    {
        if (++_depth > JsonIn.MaxDepth)
        {
            throw Wrong($"nesting is deeper than {JsonIn.MaxDepth}");
        }

        _at++;
        return _top;
    }

    private void Leave(int start)
    {
        _depth--;
        _highest = Math.Max(_highest, _top);
        _top = start;
    }

    private bool Ends(byte bracket)
    {
        SkipSpace();
        if (_at == _text.Length || _text[_at] != bracket)
        {
            return false;
        }

        _at++;
        _depth--;
        return true;
    }

    private bool Continues(byte bracket)
    {
        SkipSpace();
        var next = _at < _text.Length ? _text[_at] : (byte)0;
        if (next != (byte)',' && next != bracket)
        {
            throw Wrong($"a comma or '{(char)bracket}' is expected");
        }

        _at++;
        return next == (byte)',';
    }

    private void Push(in Value value)
    {
        if (_top == _stack.Length)
        {
            Array.Resize(ref _stack, _top * 2);
        }

        _stack[_top++] = value;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
        {
            _at++;
        }
    }

    private Value ReadNumber()
    {
        var start = _at;
        var whole = true;
        var amount = 0L;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                amount = unchecked((amount * 10) + (c - '0'));
            }
            else if (c is (byte)'.' or (byte)'e' or (byte)'E' or (byte)'+' or (byte)'-')
            {
                whole = false;
            }
            else
            {
                break;
            }

            _at++;
        }

        var token = _text[start.._at];
        if (whole && token.Length <= 18 && (token.Length == 1 || token[0] != (byte)'0'))
        {
            return Value.Of(amount);
        }

        var literal = Encoding.ASCII.GetString(token);
        return BigNumber.TryParse(literal, out var value)
            ? value
            : throw Wrong($"{(literal.Length > 40 ? literal[..40] + "…" : literal)} is no number, or its exponent has more than six digits", start);
    }

    private string ReadText(bool enter)
    {
        var start = ++_at;
        var length = _text[start..].IndexOfAny(s_special);
        if (length < 0)
        {
            throw Wrong("a string has no end", start - 1);
        }

        _at = start + length;
        if (_text[_at] != (byte)'"')
        {
            return ReadEscaped(start);
        }

        _at++;
        var raw = _text.Slice(start, length);
        if (length == 0)
        {
            return "";
        }

        if (names is null || length > MaxNameLength)
        {
            return Encoding.UTF8.GetString(raw);
        }

        return names.Find(raw) is { } known ? known : enter ? names.Add(Encoding.UTF8.GetString(raw)) : Encoding.UTF8.GetString(raw);
    }

    private string ReadEscaped(int start)
    {
        var made = new StringBuilder();
        var from = start;
        while (true)
        {
            var length = _text[from..].IndexOfAny(s_special);
            if (length < 0)
            {
                throw Wrong("a string has no end", start - 1);
            }

            made.Append(Encoding.UTF8.GetString(_text.Slice(from, length)));
            _at = from + length;
            var c = _text[_at++];
            if (c == (byte)'"')
            {
                return Valid(made);
            }

            if (c != (byte)'\\' || _at == _text.Length)
            {
                throw Wrong("a control character must be written with an escape", _at - 1);
            }

            made.Append(Escape(_text[_at++]));
            from = _at;
        }
    }

    private char Escape(byte c)
    {
        switch (c)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/': return (char)c;
            case (byte)'n': return '\n';
            case (byte)'t': return '\t';
            case (byte)'r': return '\r';
            case (byte)'b': return '\b';
            case (byte)'f': return '\f';
            case (byte)'u' when _text.Length - _at >= 4
                && ushort.TryParse(_text.Slice(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                _at += 4;
                return (char)unit;
            default: throw Wrong("there is no such escape", _at - 2);
        }
    }

    private static string Valid(StringBuilder made)
    {
        for (var i = 0; i < made.Length; i++)
        {
            if (char.IsHighSurrogate(made[i]) && i + 1 < made.Length && char.IsLowSurrogate(made[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(made[i]))
            {
                made[i] = '\uFFFD';
            }
        }

        return made.ToString();
    }

    private readonly ValueFormatException Wrong(string what, int? at = null)
    {
        var before = _text[..Math.Min(at ?? _at, _text.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new($"JSON, line {line}, byte {column}: {what}.");
    }
}
