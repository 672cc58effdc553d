using System.Globalization;
using System.Text;

namespace Crank.Rego.Tests.Syntax;

/// <summary>Writes modules by chance that the parser must accept.</summary>
internal sealed class RandomModule(int seed)
{
    private static readonly string[] Names = ["a", "b", "foo", "x_1", "contains_", "not_", "ß"];
    private static readonly string[] Keys = ["a", "if", "default", "x"];
    private static readonly string[] Strings = ["\"\"", "\"a\\nb\"", "\"\\u00e9 {x}\"", "`raw \\ {}`", "\"`\"", "\"#no comment\""];
    private static readonly string[] Numbers = ["0", "1", "-1", "3.50", ".5", "-2e3", "12345678901234567890", "1E-2"];
    private static readonly string[] Infix = ["+", "-", "*", "/", "%", "|", "&", "==", "!=", "<", ">=", "in"];
    private readonly Random _chance = new(seed);
    private readonly StringBuilder _text = new();

    public string Text()
    {
        _text.Append("package test.").Append(Name()).Append("\n\nimport future.keywords.and\nimport future.keywords.or\nimport future.keywords.not\nimport data.q.r as r9\n");
        for (var i = _chance.Next(1, 6); i > 0; i--)
        {
            Comment();
            _text.Append(Rule()).Append('\n').Append('\n', _chance.Next(3));
        }
        return _text.ToString();
    }

    private void Comment()
    {
        if (_chance.Next(4) == 0)
            _text.Append("# comment ").Append(_chance.Next(9).ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private string One(string[] of) => of[_chance.Next(of.Length)];

    private string Name() => One(Names[..6]);

    private string Rule() => _chance.Next(8) switch
    {
        0 => $"default {Name()} := {Constant(2)}",
        1 => $"{Name()} contains {Term(3)} if {Body(3)}",
        2 => $"{Name()}.{One(Keys)} := {Term(3)}",
        3 => $"{Name()}[{Name()}] := {Term(3)} if {Body(3)}",
        4 => $"{Name()}({Name()}, _, [{Name()}, {Constant(1)}]) := {Term(3)} if {Body(3)}",
        5 => $"{Name()} := {Term(3)} if {Body(3)} else := {Term(2)} if {Body(2)} else := {Constant(1)}",
        6 => $"{Name()} if {Name()} != {Term(3)}",
        _ => $"{Name()} := {Term(4)}",
    };

    private string Body(int depth)
    {
        var lines = Enumerable.Range(0, _chance.Next(1, 4)).Select(_ => Literal(depth)).ToList();
        return _chance.Next(2) == 0 ? "{ " + string.Join("; ", lines) + " }" : "{\n" + string.Join("\n", lines.Select(l => _chance.Next(6) == 0 ? l + " # c\n" : l)) + "\n}";
    }

    private string Literal(int depth)
    {
        if (depth <= 0)
            return Name();
        return _chance.Next(11) switch
        {
            0 => $"{Name()} := {Term(depth - 1)}",
            1 => $"({Term(depth - 1)}) = {Term(depth - 1)}",
            2 => $"some {Name()} in {Term(depth - 1)}",
            3 => $"some {Name()}, {Name()} in {Term(depth - 1)}",
            4 => $"every {Name()} in {Reference(1)} {Body(depth - 1)}",
            5 => $"not {Reference(depth - 1)}",
            6 => $"not {Body(depth - 1)}",
            7 => $"{Reference(depth - 1)} with input.{Name()} as {Term(1)} with data.z as {Constant(1)}",
            8 => $"{Reference(1)} and {Body(depth - 1)} or {Reference(1)}",
            9 => $"({Reference(1)} or {Name()}) and not {Reference(1)}",
            _ => "(" + Term(depth - 1) + ")",
        };
    }

    private string Reference(int depth)
    {
        var text = _chance.Next(3) switch { 0 => "input", 1 => "data." + Name(), _ => Name() };
        for (var i = _chance.Next(3); i > 0; i--)
            text += _chance.Next(3) switch { 0 => "." + One(Keys), 1 => $"[{Term(depth - 1)}]", _ => "[_]" };
        return text;
    }

    private string Constant(int depth) => (depth <= 0 ? _chance.Next(4) : _chance.Next(7)) switch
    {
        0 => One(Numbers),
        1 => One(Strings),
        2 => "true",
        3 => "null",
        4 => $"[{Constant(depth - 1)}, {Constant(depth - 1)}]",
        5 => $"{{{One(Strings)}: {Constant(depth - 1)}}}",
        _ => $"{{{Constant(depth - 1)}, {Constant(depth - 1)}}}",
    };

    private string Term(int depth)
    {
        if (depth <= 0)
            return _chance.Next(2) == 0 ? Name() : Constant(0);
        return _chance.Next(14) switch
        {
            0 => Constant(depth),
            1 => Reference(depth),
            2 => $"[{Term(depth - 1)},\n {Term(depth - 1)}, {Term(depth - 1)}]",
            3 => $"{{{One(Strings)}: {Term(depth - 1)}, {Name()}: {Term(depth - 1)}}}",
            4 => $"{{{Name()}, {Term(depth - 1)}}}",
            5 => $"[{Name()} | {Literal(depth - 1)}]",
            6 => $"{{{Name()} | {Literal(depth - 1)}\n{Name()}}}",
            7 => $"{{{Name()}: {Name()} | {Literal(depth - 1)}}}",
            8 => $"json.f({Term(depth - 1)}, {Term(depth - 1)})",
            9 => $"$\"t {{{Reference(1)}}} \\{{ {{1}}\"",
            10 => $"{Name()}({Term(depth - 1)}).{One(Keys)}[{Name()}]",
            11 => "set()",
            _ => $"({Term(depth - 1)} {One(Infix)} {Term(depth - 1)})" + (_chance.Next(2) == 0 ? $" {One(Infix[..5])} {Name()}" : ""),
        };
    }
}
