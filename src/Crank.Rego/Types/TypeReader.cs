using System.Collections.Immutable;

namespace Crank.Rego.Types;

/// <summary>Reads types in the notation that they print: <c>any&lt;string, array[number]&gt;</c>, <c>object&lt;a: string&gt;[any: any]</c>.</summary>
internal ref struct TypeReader
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private TypeReader(ReadOnlySpan<char> text) => _text = text;

    public static RegoType Read(ReadOnlySpan<char> text)
    {
        var reader = new TypeReader(text);
        var type = reader.Type();
        reader.End();
        return type;
    }

    /// <summary>Reads <c>(string, any...) =&gt; boolean</c>; without an arrow the function has no result.</summary>
    public static RegoType.Function ReadFunction(ReadOnlySpan<char> text)
    {
        var reader = new TypeReader(text);
        reader.Expect('(');
        var arguments = ImmutableArray.CreateBuilder<RegoType>();
        RegoType? rest = null;
        while (!reader.Take(')'))
        {
            var argument = reader.Type();
            if (reader.Take("..."))
                rest = argument;
            else
                arguments.Add(argument);
            reader.Take(',');
        }
        var result = reader.Take("=>") ? reader.Type() : null;
        reader.End();
        return new RegoType.Function(arguments.ToImmutable(), rest, result);
    }

    private RegoType Type()
    {
        var word = Word();
        switch (word)
        {
            case "null": return RegoType.Null;
            case "boolean": return RegoType.Boolean;
            case "number": return RegoType.Number;
            case "string": return RegoType.String;
            case "any": return Take('<') ? RegoType.Union(List('>').AsSpan()) : RegoType.Anything;
            case "set":
                Expect('[');
                var item = Type();
                Expect(']');
                return new RegoType.Set(item);
            case "array":
                var items = Take('<') ? List('>') : [];
                RegoType? rest = null;
                if (Take('['))
                {
                    rest = Type();
                    Expect(']');
                }
                return new RegoType.Array(items, rest);
            case "object":
                return Object();
            default:
                throw Wrong($"there is no type called '{word}'");
        }
    }

    private RegoType.Object Object()
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<ConstantKey, RegoType>>();
        if (Take('<'))
        {
            while (!Take('>'))
            {
                var key = ConstantKey.String(Word().ToString());
                Expect(':');
                members.Add(new(key, Type()));
                Take(',');
            }
        }
        if (!Take('['))
            return new RegoType.Object(members.ToImmutable(), null, null);
        var restKey = Type();
        Expect(':');
        var restValue = Type();
        Expect(']');
        return new RegoType.Object(members.ToImmutable(), restKey, restValue);
    }

    private ImmutableArray<RegoType> List(char end)
    {
        var types = ImmutableArray.CreateBuilder<RegoType>();
        while (!Take(end))
        {
            types.Add(Type());
            Take(',');
        }
        return types.ToImmutable();
    }

    private ReadOnlySpan<char> Word()
    {
        Space();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        return start == _at ? throw Wrong("a name is missing") : _text[start.._at];
    }

    private void Space()
    {
        while (_at < _text.Length && _text[_at] == ' ')
            _at++;
    }

    private bool Take(string word)
    {
        Space();
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
            return false;
        _at += word.Length;
        return true;
    }

    private bool Take(char c)
    {
        Space();
        if (_at == _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Take(c))
            throw Wrong($"'{c}' is missing");
    }

    private void End()
    {
        Space();
        if (_at < _text.Length)
            throw Wrong("there is more text than a type");
    }

    private readonly FormatException Wrong(string what) => new($"In the type '{_text}' at {_at}: {what}");
}
