using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>Reads plans in OPA's intermediate representation (plan schema v1, as OPA 1.19 writes it). Whatever is not as it should be is refused with its place; nothing is guessed.</summary>
internal sealed class PlanReader
{
    private const string Code = "plan_error";
    private const int MaxDepth = 200;
    private const int MaxStatements = 1_000_000;
    private const int MaxCapacity = 1_024;

    private readonly NameTable _names;
    private readonly List<string> _place = ["plan.json"];
    private readonly List<Value> _strings = [];
    private readonly List<SourceText> _files = [];
    private readonly Dictionary<string, BuiltinCall> _builtins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanFunction> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanFunction> _paths = new(StringComparer.Ordinal);
    private Dictionary<long, int> _locals = [];
    private int _depth;
    private int _statements;
    private bool _inFunction;

    private PlanReader(NameTable names) => _names = names;

    /// <exception cref="PolicyException">It is no plan, or needs what is not supported.</exception>
    public static ImportedPlan Read(ReadOnlySpan<byte> json, NameTable names)
    {
        var reader = new PlanReader(names);
        Value document;
        try
        {
            document = JsonIn.Read(json);
        }
        catch (ValueFormatException broken)
        {
            throw reader.Wrong($"is no JSON: {broken.Message}");
        }

        return reader.Policy(reader.Members(document));
    }

    private ImportedPlan Policy(ObjectValue policy)
    {
        Within("static", () => Static(Optional(policy, "static")));
        var functions = new List<(PlanFunction Function, ObjectValue Written, Dictionary<long, int> Locals)>();
        Within("funcs", () => Each(Optional(policy, "funcs"), "funcs", written => functions.Add(Declared(written, functions.Count))));
        for (var i = 0; i < functions.Count; i++)
        {
            var (function, written, locals) = functions[i];
            Within("funcs", () => Within($"funcs[{function.Number}]", () => Body(function, written, locals, inFunction: function.Parameters.Length > PlanFunction.Documents)));
        }

        var entrypoints = new Dictionary<string, PlanFunction>(StringComparer.Ordinal);
        Within("plans", () => Each(Optional(policy, "plans"), "plans", written =>
        {
            var plan = new PlanFunction(-1, Text(written, "name"), [0, 1]);
            Body(plan, written, new() { [0] = 0, [1] = 1 }, inFunction: false);
            if (!entrypoints.TryAdd(plan.Name, plan))
            {
                throw Wrong($"there are two plans '{plan.Name}'");
            }
        }));
        return entrypoints.Count > 0 ? new(entrypoints, functions.Count) : throw Wrong("there is no plan in it");
    }

    private void Static(ObjectValue written)
    {
        Each(written, "strings", text => _strings.Add(string.Intern(_names.Add(Text(text, "value")))));
        Each(written, "files", file => _files.Add(new(Text(file, "value"), "")));
        Each(written, "builtin_funcs", builtin =>
        {
            var name = Text(builtin, "name");
            _builtins[name] = new(BuiltinLibrary.Find(name) ?? throw Wrong($"the builtin '{name}' is not supported"));
        });
    }

    private (PlanFunction Function, ObjectValue Written, Dictionary<long, int> Locals) Declared(ObjectValue written, int number)
    {
        _locals = [];
        var parameters = Items(written, "params").Select(p => Local(p, "params")).ToArray();
        if (parameters.Length < PlanFunction.Documents || parameters.Distinct().Count() != parameters.Length)
        {
            throw Wrong("a function has at least two parameters, input and data, and no local twice");
        }

        var function = new PlanFunction(number, Text(written, "name"), parameters);
        if (!_functions.TryAdd(function.Name, function))
        {
            throw Wrong($"there are two functions '{function.Name}'");
        }

        if (written.Get("path") is { Kind: ValueKind.Array } path)
        {
            _paths[CallDynamic.KeyOf(path.AsArray().Select(p => p.TryGetString(out var name) ? name : throw Wrong("a path has strings alone")))] = function;
        }

        return (function, written, _locals);
    }

    private void Body(PlanFunction function, ObjectValue written, Dictionary<long, int> locals, bool inFunction)
    {
        (_locals, _inFunction) = (locals, inFunction);
        function.Blocks = Blocks(written);
        function.Locals = _locals.Count;
    }

    private PlanBlocks Blocks(ObjectValue written)
    {
        var blocks = new List<PlanBlock>();
        Each(written, "blocks", block => blocks.Add(Block(block)));
        return new([.. blocks]);
    }

    private PlanBlock Block(ObjectValue written)
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong($"blocks lie in each other more than {MaxDepth} deep");
        }

        var statements = new List<PlanStatement>();
        Each(written, "stmts", statement => statements.Add(Statement(statement)));
        _depth--;
        return new([.. statements]);
    }

    private PlanBlock Inner(ObjectValue statement) => Block(Members(statement.Get("block"), "block"));

    private PlanStatement Statement(ObjectValue written)
    {
        if (++_statements > MaxStatements)
        {
            throw Wrong($"there are more than {MaxStatements} statements");
        }

        var type = Text(written, "type");
        var s = Members(written.Get("stmt"), "stmt");
        return type switch
        {
            "ArrayAppendStmt" => new ArrayAppend(Local(s, "array"), Operand(s, "value")),
            "AssignIntStmt" or "MakeNumberIntStmt" => new Assign(new(-1, Value.Of(Integer(s, "value", long.MinValue, long.MaxValue))), Local(s, "target")),
            "AssignVarOnceStmt" => new AssignOnce(Operand(s, "source"), Local(s, "target"), _inFunction, At(s)),
            "AssignVarStmt" => new Assign(Operand(s, "source"), Local(s, "target")),
            "BlockStmt" => new Nested(Blocks(s)),
            "BreakStmt" => new Break((int)Integer(s, "index", 0, _depth - 1)),
            "CallDynamicStmt" => new CallDynamic(_paths, [.. Items(s, "path").Select(Operand)], [.. Items(s, "args").Select(a => Local(a, "args"))], Local(s, "result")),
            "CallStmt" => Call(s),
            "DotStmt" => new Lookup(Operand(s, "source"), Operand(s, "key"), Local(s, "target")),
            "EqualStmt" => new SameAs(Operand(s, "a"), Operand(s, "b"), wanted: true),
            "IsArrayStmt" => new IsKind(Operand(s, "source"), ValueKind.Array),
            "IsDefinedStmt" => new IsThere(Local(s, "source"), wanted: true),
            "IsObjectStmt" => new IsKind(Operand(s, "source"), ValueKind.Object),
            "IsSetStmt" => new IsKind(Operand(s, "source"), ValueKind.Set),
            "IsUndefinedStmt" => new IsThere(Local(s, "source"), wanted: false),
            "LenStmt" => new Length(Operand(s, "source"), Local(s, "target")),
            "MakeArrayStmt" => new NewArray(Local(s, "target"), (int)Math.Min(MaxCapacity, Integer(s, "capacity", 0, int.MaxValue))),
            "MakeNullStmt" => new Assign(new(-1, Value.Null), Local(s, "target")),
            "MakeNumberRefStmt" => new Assign(new(-1, Number(s)), Local(s, "target")),
            "MakeObjectStmt" => new NewObject(Local(s, "target")),
            "MakeSetStmt" => new NewSet(Local(s, "target")),
            "NopStmt" => new Nested(PlanBlocks.None),
            "NotEqualStmt" => new SameAs(Operand(s, "a"), Operand(s, "b"), wanted: false),
            "NotStmt" => new Negation(Inner(s)),
            "ObjectInsertOnceStmt" => new Insert(Operand(s, "key"), Operand(s, "value"), Local(s, "object"), once: true, At(s)),
            "ObjectInsertStmt" => new Insert(Operand(s, "key"), Operand(s, "value"), Local(s, "object"), once: false, At(s)),
            "ObjectMergeStmt" => new Merge(Local(s, "a"), Local(s, "b"), Local(s, "target"), At(s)),
            "ResetLocalStmt" => new Reset(Local(s, "target")),
            "ResultSetAddStmt" => new AddResult(Local(s, "value")),
            "ReturnLocalStmt" => new ReturnLocal(Local(s, "source")),
            "ScanStmt" => new ForEach(Local(s, "source"), Local(s, "key"), Local(s, "value"), Inner(s)),
            "SetAddStmt" => new AddToSet(Operand(s, "value"), Local(s, "set")),
            "WithStmt" => new Replace(Local(s, "local"), [.. Items(s, "path").Select(Constant)], Operand(s, "value"), Inner(s)),
            _ => throw Wrong($"there is no statement '{type}'"),
        };
    }

    private PlanStatement Call(ObjectValue s)
    {
        var name = Text(s, "func");
        var arguments = Items(s, "args").Select(Operand).ToArray();
        var result = Local(s, "result");
        if (_functions.TryGetValue(name, out var function))
        {
            return arguments.Length == function.Parameters.Length
                ? new CallFunction(function, arguments, result)
                : throw Wrong($"'{name}' takes {function.Parameters.Length} arguments and is given {arguments.Length}");
        }

        if (!_builtins.TryGetValue(name, out var builtin))
        {
            throw Wrong($"there is no function '{name}'");
        }

        return arguments.Length == builtin.Builtin.Arity
            ? new CallBuiltin(builtin, arguments, result, At(s))
            : throw Wrong($"the builtin '{name}' takes {builtin.Builtin.Arity} arguments and is given {arguments.Length}");
    }

    private PlanOperand Operand(ObjectValue of, string name) => Operand(of.Get(name) is { IsDefined: true } written ? written : throw Wrong($"'{name}' is missing"));

    private PlanOperand Operand(Value written)
    {
        var operand = Members(written, "operand");
        var value = operand.Get("value");
        return Text(operand, "type") switch
        {
            "local" => new(Local(value, "operand"), default),
            "string_index" => new(-1, Constant(value)),
            "bool" when value.Kind == ValueKind.Boolean => new(-1, value),
            var other => throw Wrong($"'{other}' with {(value.IsDefined ? value.Kind : "nothing")} is no operand"),
        };
    }

    private Value Constant(Value index) => index.TryGetInt64(out var at) && at >= 0 && at < _strings.Count ? _strings[(int)at] : throw Wrong($"there is no string {(index.IsDefined ? index : "at that place")}");

    private Value Number(ObjectValue s)
    {
        // The member has no name of its own in the format and is called as in the program that writes it.
        var text = Constant(s.Get("Index") is { IsDefined: true } index ? index : s.Get("index")).AsString();
        return BigNumber.TryParse(text, out var number) ? number : throw Wrong($"'{text}' is no number");
    }

    private int Local(ObjectValue of, string name) => Local(of.Get(name), name);

    // Locals are numbered anew for each function, so that whatever numbers stand there cost no memory.
    private int Local(Value number, string name)
    {
        if (!number.TryGetInt64(out var local) || local is < 0 or > int.MaxValue)
        {
            throw Wrong($"'{name}' is no local");
        }

        if (!_locals.TryGetValue(local, out var slot))
        {
            _locals[local] = slot = _locals.Count;
        }

        return slot;
    }

    private long Integer(ObjectValue of, string name, long least, long most) =>
        of.Get(name).TryGetInt64(out var number) && number >= least && number <= most ? number : throw Wrong($"'{name}' must be an integer from {least} to {most}");

    private Location At(ObjectValue s) =>
        s.Get("file").TryGetInt64(out var file) && file >= 0 && file < _files.Count && s.Get("row").TryGetInt64(out var row) && row is > 0 and < int.MaxValue
            ? new(_files[(int)file], 0, 0, (int)row, s.Get("col").TryGetInt64(out var column) && column is > 0 and < int.MaxValue ? (int)column : 1)
            : Location.None;

    private string Text(ObjectValue of, string name) => of.Get(name).TryGetString(out var text) ? text : throw Wrong($"'{name}' must be a string");

    private ObjectValue Optional(ObjectValue of, string name) => of.Get(name) is { IsDefined: true } there && there.Kind != ValueKind.Null ? Members(there, name) : ObjectValue.Empty;

    private ObjectValue Members(in Value value, string name = "the plan") => value.Kind == ValueKind.Object ? value.AsObject() : throw Wrong($"{name} must be an object");

    private IEnumerable<Value> Items(ObjectValue of, string name) => of.Get(name) switch
    {
        { Kind: ValueKind.Array } list => list.AsArray(),
        { IsUndefined: true } or { Kind: ValueKind.Null } => [],
        _ => throw Wrong($"'{name}' must be an array"),
    };

    private void Each(ObjectValue of, string name, Action<ObjectValue> read)
    {
        var number = 0;
        foreach (var item in Items(of, name))
        {
            Within($"{name}[{number++}]", () => read(Members(item, "this")));
        }
    }

    private void Within(string place, Action read)
    {
        _place.Add(place);
        read();
        _place.RemoveAt(_place.Count - 1);
    }

    private PolicyException Wrong(string why) => new([new(Code, $"{string.Join('.', _place)}: {why}", Location.None)]);
}
