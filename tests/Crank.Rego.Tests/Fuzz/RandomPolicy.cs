using System.Globalization;

namespace Crank.Rego.Tests.Fuzz;

/// <summary>
/// Writes policies by chance that compile: every variable has a value before it is used, rules use only rules before them, and kinds of values mostly fit. What they do is nonsense, but all of the
/// language comes up. The same seed gives the same policy.
/// </summary>
internal sealed class RandomPolicy(int seed)
{
    private readonly Random _chance = new(seed);
    private readonly List<string> _values = [];
    private readonly List<string> _sets = [];
    private readonly List<string> _objects = [];
    private readonly List<(string Name, int Arity)> _functions = [];
    private readonly Stack<int> _scopes = new();
    private readonly List<string> _variables = [];
    private int _names;

    public const string Data = """{"base": {"n": 3, "xs": [1, 2, 3, 2], "o": {"a": 1, "b": "x", "c": [true, null]}, "words": ["ab", "b", "", "é"], "deep": {"a": {"b": {"c": 1}}}}}""";

    /// <summary>Inputs that the policies look into, from fitting to hardly.</summary>
    public static IReadOnlyList<string> Inputs { get; } =
    [
        """{"n": 2, "s": "ab", "b": true, "xs": [1, 2, "x", 3.5], "o": {"a": 1, "b": {"c": [0]}}, "words": ["b", "ab"]}""",
        """{"n": -7.25, "s": "", "b": false, "xs": [], "o": {}, "words": []}""",
        """{"n": "2", "xs": {"a": 1}, "o": [1], "s": 12345678901234567890}""",
        "[]",
    ];

    public IReadOnlyList<string> Rules { get; private set; } = [];

    public string Text()
    {
        var rules = new List<string> { "package fuzz" };
        for (var count = _chance.Next(3, 9); count > 0; count--)
        {
            rules.Add(Rule());
        }

        Rules = [.. _values, .. _sets, .. _objects];
        return string.Join("\n\n", rules) + "\n";
    }

    private string Rule()
    {
        var name = New("r");
        switch (_chance.Next(9))
        {
            case 0:
                var flag = Head(name, $"default {name} := {Constant()}\n\n{name} := ", "");
                _values.Add(name);
                return flag;
            case 1:
                var set = Scoped(() => Bodied($"{name} contains ", () => Any(2)));
                set += _chance.Next(2) == 0 ? "" : "\n\n" + Scoped(() => Bodied($"{name} contains ", () => Any(1)));
                _sets.Add(name);
                return set;
            case 2:
                var members = Scoped(() => Bodied($"{name}[{{0}}] := ", () => Any(2), () => _chance.Next(2) == 0 ? Text(1) : Any(1)));
                _objects.Add(name);
                return members;
            case 3:
                var parameters = Enumerable.Range(0, _chance.Next(1, 3)).Select(_ => New("x")).ToList();
                var function = Scoped(() =>
                {
                    // OPA's checker wants to know something of an argument before it goes into a set or an object.
                    _variables.AddRange(parameters);
                    var value = Any(2);
                    return $"{name}({string.Join(", ", parameters)}) := {value} if {{\n\t{string.Join("\n\t", parameters.Select(p => $"type_name({p}) != \"\"").Concat(Literals(2)))}\n}}";
                });
                _functions.Add((name, parameters.Count));
                return function;
            case 4:
                var chain = Scoped(() => Conditional($"{name} := ", () => Any(2))) + " else := " + Scoped(() => Conditional("", () => Any(1))) + $" else := {Constant()}";
                _values.Add(name);
                return chain;
            case 5:
                var deep = Scoped(() => Bodied($"{name}[{{0}}].q[{{1}}] := ", () => Any(1), () => Text(1), () => Text(0)));
                _objects.Add(name);
                return deep;
            case 6:
                var deepSet = Scoped(() => Bodied($"{name}[{{0}}] contains ", () => Any(1), () => Text(1)));
                _objects.Add(name);
                return deepSet;
            case 7:
                var holds = Scoped(() => $"{name} if {{\n\t{string.Join("\n\t", Literals(3))}\n}}");
                _values.Add(name);
                return holds;
            default:
                var value = Head(name, $"{name} := ", "");
                _values.Add(name);
                return value;
        }
    }

    private string Head(string name, string head, string tail) => Scoped(() => Bodied(head, () => Any(3))) + tail + (_chance.Next(5) == 0 ? $"\n\n{name} := {Constant()} if input.never" : "");

    // What a head gives may use the variables of its body.
    private string Bodied(string head, Func<string> value, params Func<string>[] keys)
    {
        var body = _chance.Next(4) == 0 ? [] : Literals(3);
        var given = keys.Length == 0 ? head : keys.Index().Aggregate(head, (text, key) => text.Replace($"{{{key.Index}}}", key.Item(), StringComparison.Ordinal));
        given += value();
        return body.Count == 0 ? given : $"{given} if {{\n\t{string.Join("\n\t", body)}\n}}";
    }

    private string Conditional(string head, Func<string> value)
    {
        var body = string.Join("\n\t", Literals(3));
        return $"{head}{value()} if {{\n\t{body}\n}}";
    }

    private string Scoped(Func<string> write)
    {
        _scopes.Push(_variables.Count);
        var text = write();
        var outside = _scopes.Pop();
        _variables.RemoveRange(outside, _variables.Count - outside);
        return text;
    }

    private List<string> Literals(int most) => [.. Enumerable.Range(0, _chance.Next(1, most + 1)).Select(_ => Literal(2))];

    private string Literal(int depth)
    {
        switch (_chance.Next(16))
        {
            case 0 or 1:
                var assigned = Any(depth);
                return $"{Bind("v")} := {assigned}";
            case 2 or 3:
                var collection = Collection(depth);
                return $"some {Bind("v")} in {collection}";
            case 4:
                var both = Collection(depth);
                return $"some {Bind("k")}, {Bind("v")} in {both}";
            case 5:
                var walked = Any(1);
                return $"walk({walked}, [{Bind("p")}, {Bind("v")}])";
            case 6:
                return $"not {Condition(depth - 1)}";
            case 7:
                var all = Collection(1);
                return Scoped(() => Bind("v") is var each ? $"every {each} in {all} {{ type_name({each}) != \"\"; {string.Join("; ", Literals(2))} }}" : "");
            case 8:
                return $"{Condition(depth)} with input as {Constant()}";
            case 9:
                return $"{Condition(depth)} with data.base.xs as {Collection(1)}";
            case 10:
                return $"{Condition(depth)} with count as {Number(0)}";
            case 11:
                var indexed = One(["input.xs", "data.base.xs", "input.o", "data.base.o"]);
                var place = Bind("i");
                return $"some {place}; {indexed}[{place}] = {Bind("v")}";
            case 12:
                var taken = One(["input.xs", "data.base.xs"]);
                return $"[{Bind("v")}, {Bind("v")}] = array.slice({taken}, 0, 2)";
            case 13:
                return Scoped(() => $"not {{ {string.Join("; ", Literals(2))} }}") is var negated && negated.Contains("walk(", StringComparison.Ordinal) ? Condition(depth) : $"count({Comprehension(1)}) >= 0";
            default:
                return Condition(depth);
        }
    }

    private string Condition(int depth) => _chance.Next(10) switch
    {
        0 => $"{Any(depth - 1)} == {Any(depth - 1)}",
        1 => $"{Any(depth - 1)} != {Any(depth - 1)}",
        2 => $"{Any(depth - 1)} < {Any(depth - 1)}",
        3 => $"{Number(depth - 1)} >= {Number(depth - 1)}",
        4 => $"{Any(depth - 1)} in {Collection(depth - 1)}",
        5 => $"{Any(0)}, {Any(depth - 1)} in {Collection(depth - 1)}",
        6 => $"startswith({Text(depth - 1)}, {Text(depth - 1)})",
        7 => $"regex.match({One(["`^a?b+$`", "`[[:alpha:]]+`", "`(a|ab)(c|bcd)*$`"])}, {Text(depth - 1)})",
        8 => $"is_number({Any(depth - 1)})",
        _ => Any(depth),
    };

    private string Any(int depth) => depth <= 0
        ? _chance.Next(3) switch { 0 => Variable(), 1 => Constant(), _ => Reference() }
        : _chance.Next(8) switch
        {
            0 => Number(depth),
            1 => Text(depth),
            2 => Collection(depth),
            3 => Comprehension(depth),
            4 when _functions.Count > 0 => Call(depth),
            5 => $"object.get({ObjectOf(depth - 1)}, {Any(0)}, {Any(depth - 1)})",
            6 => $"{Collection(0)}[{Any(depth - 1)}]".Replace("}[", "} [", StringComparison.Ordinal) is var index && index[0] is 'i' or 'd' ? index : Variable(),
            _ => Variable(),
        };

    private string Call(int depth)
    {
        var (name, arity) = _functions[_chance.Next(_functions.Count)];
        return $"{name}({string.Join(", ", Enumerable.Range(0, arity).Select(_ => Any(depth - 1)))})";
    }

    private string Number(int depth) => depth <= 0
        ? One(["0", "1", "-3", "2.5", "1e3", "9223372036854775807", "input.n", "data.base.n"])
        : _chance.Next(9) switch
        {
            0 => $"count({Collection(depth - 1)})",
            1 => $"({Number(depth - 1)} {One(["+", "-", "*", "/", "%"])} {Number(depth - 1)})",
            2 => $"sum({Numbers()})",
            3 => $"max({Numbers()})",
            4 => $"to_number({Text(depth - 1)})",
            5 => $"round({Number(depth - 1)})",
            6 => $"abs({Number(depth - 1)})",
            7 => $"bits.and({One(["5", "12", "input.n"])}, 6)",
            _ => Number(0),
        };

    private string Numbers() => One(["input.xs", "data.base.xs", "numbers.range(1, input.n)", "[1, 2.5, input.n]", "{x | some x in input.xs}"]);

    private string Text(int depth) => depth <= 0
        ? One(["\"ab\"", "\"\"", "\"x\"", "`\\b`", "input.s", "input.words[0]", "data.base.words[1]"])
        : _chance.Next(9) switch
        {
            0 => $"sprintf(\"%v-%v\", [{Any(depth - 1)}, {Any(depth - 1)}])",
            1 => $"concat(\",\", {One(["input.words", "data.base.words", "[\"p\", \"q\"]"])})",
            2 => $"upper({Text(depth - 1)})",
            3 => $"substring({Text(depth - 1)}, 0, 1)",
            4 => $"json.marshal({Any(depth - 1)})",
            5 => $"replace({Text(depth - 1)}, \"b\", {Text(0)})",
            6 => $"$\"<{{{Any(0)}}}|{{{Variable()}}}>\"",
            7 => $"type_name({Any(depth - 1)})",
            _ => Text(0),
        };

    private string ObjectOf(int depth) => depth <= 0
        ? One(["input.o", "data.base.o", "{}", "{\"a\": 1}", .. _objects])
        : _chance.Next(4) switch
        {
            0 => $"{{\"a\": {Any(depth - 1)}, {Text(0)}: {Any(depth - 1)}}}",
            1 => $"object.union({ObjectOf(depth - 1)}, {ObjectOf(depth - 1)})",
            2 => Scoped(() =>
            {
                var literals = Literals(2);
                return $"{{{Text(0)}: {Any(depth - 1)} | {string.Join("; ", literals)}}}";
            }),
            _ => ObjectOf(0),
        };

    private string Collection(int depth) => depth <= 0
        ? One(["input.xs", "data.base.xs", "input.words", "{1, 2, \"x\"}", "[1, [2], {\"a\": 3}]", .. _sets, .. _objects])
        : _chance.Next(9) switch
        {
            0 => $"[{Any(depth - 1)}, {Any(depth - 1)}]",
            1 => $"{{{Any(depth - 1)}, {Any(depth - 1)}}}",
            2 => ObjectOf(depth),
            3 => Comprehension(depth),
            4 => $"numbers.range({One(["1", "-2", "input.n"])}, 4)",
            5 => $"sort({One(["input.xs", "data.base.xs", "input.words", .. _sets])})",
            6 => $"array.concat({One(["input.xs", "[1]", "data.base.xs"])}, [{Any(depth - 1)}])",
            7 => $"({One(["{1, 2}", "{x | some x in input.xs}", .. _sets])} {One(["|", "&", "-"])} {One(["{2, 3}", "{x | some x in data.base.xs}", .. _sets])})",
            _ => Collection(0),
        };

    private string Comprehension(int depth) => Scoped(() =>
    {
        var literals = Literals(2);
        var (open, close) = _chance.Next(2) == 0 ? ("[", "]") : ("{", "}");
        return $"{open}{Any(depth - 1)} | {string.Join("; ", literals)}{close}";
    });

    private string Constant() => One(["1", "\"x\"", "true", "false", "null", "[1, \"a\"]", "{\"a\": 1, \"xs\": [2, 1]}", "{1, 2}", "-0.5"]);

    private string Reference() => One(["input", "input.xs", "input.o", "input.o.a", "input.n", "input.s", "input.missing", "data.base", "data.base.o", "data.base.deep.a", "data.base.xs[1]", .. _values, .. _sets, .. _objects]);

    private string Variable() => _variables.Count == 0 ? Reference() : _variables[_chance.Next(_variables.Count)];

    private string Bind(string prefix)
    {
        var name = New(prefix);
        _variables.Add(name);
        return name;
    }

    private string New(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_names++}");

    private string One(IReadOnlyList<string> of) => of[_chance.Next(of.Count)];
}
