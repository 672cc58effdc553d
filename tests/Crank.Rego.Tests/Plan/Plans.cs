using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Rego.Decide;

namespace Crank.Rego.Tests.Plan;

/// <summary>Writes plans in OPA's intermediate representation by hand.</summary>
internal sealed class Plans
{
    private static readonly JsonSerializerOptions s_deep = new() { MaxDepth = 5_000 };
    private readonly List<string> _strings = [];
    private readonly HashSet<string> _builtins = [];
    private readonly JsonArray _functions = [];
    private readonly JsonArray _plans = [];

    public static JsonObject Local(int number) => new() { ["type"] = "local", ["value"] = number };

    public static JsonObject True => new() { ["type"] = "bool", ["value"] = true };

    public static JsonObject False => new() { ["type"] = "bool", ["value"] = false };

    public static JsonObject Do(string type, params (string Name, object? Value)[] members)
    {
        var statement = new JsonObject { ["file"] = 0, ["row"] = 3, ["col"] = 1 };
        foreach (var (name, value) in members)
        {
            statement[name] = value as JsonNode ?? JsonSerializer.SerializeToNode(value);
        }

        return new() { ["type"] = type, ["stmt"] = statement };
    }

    public static JsonObject Block(params JsonNode[] statements) => new() { ["stmts"] = new JsonArray(statements) };

    public static JsonArray Blocks(params JsonNode[] blocks) => new(blocks);

    public int Index(string text)
    {
        if (!_strings.Contains(text))
        {
            _strings.Add(text);
        }

        return _strings.IndexOf(text);
    }

    public JsonObject Text(string text) => new() { ["type"] = "string_index", ["value"] = Index(text) };

    public JsonObject Call(string name, int result, params JsonNode[] arguments) => Do("CallStmt", ("func", name), ("args", new JsonArray(arguments)), ("result", result));

    public JsonObject Builtin(string name, int result, params JsonNode[] arguments)
    {
        _builtins.Add(name);
        return Call(name, result, arguments);
    }

    public Plans Function(string name, int[] parameters, string[]? path, params JsonNode[] blocks)
    {
        var function = new JsonObject { ["name"] = name, ["params"] = JsonSerializer.SerializeToNode(parameters), ["return"] = 2, ["blocks"] = new JsonArray(blocks) };
        if (path is not null)
        {
            function["path"] = JsonSerializer.SerializeToNode(path);
        }

        _functions.Add(function);
        return this;
    }

    /// <summary>A plan whose result is the local after all blocks but the last, which adds it.</summary>
    public Plans Entrypoint(string name, int result, params JsonNode[] blocks)
    {
        const int Answer = 9_000;
        _plans.Add(new JsonObject
        {
            ["name"] = name,
            ["blocks"] = new JsonArray([.. blocks, Block(
                Do("IsDefinedStmt", ("source", result)),
                Do("MakeObjectStmt", ("target", Answer)),
                Do("ObjectInsertStmt", ("key", Text("result")), ("value", Local(result)), ("object", Answer)),
                Do("ResultSetAddStmt", ("value", Answer)))]),
        });
        return this;
    }

    public JsonObject Json() => new()
    {
        ["static"] = new JsonObject
        {
            ["strings"] = new JsonArray([.. _strings.Select(s => (JsonNode)new JsonObject { ["value"] = s })]),
            ["builtin_funcs"] = new JsonArray([.. _builtins.Select(b => (JsonNode)new JsonObject { ["name"] = b, ["decl"] = new JsonObject() })]),
            ["files"] = new JsonArray(new JsonObject { ["value"] = "access.rego" }),
        },
        ["plans"] = new JsonObject { ["plans"] = _plans.DeepClone() },
        ["funcs"] = new JsonObject { ["funcs"] = _functions.DeepClone() },
    };

    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(Json(), s_deep);

    public static Decision Ask(byte[] plan, string entrypoint = "a/p", string input = "null", string data = "{}", DecisionLimits? limits = null)
    {
        var policies = PolicySet.Import(plan);
        return policies.Prepare(entrypoint, Snapshot.Read(policies, System.Text.Encoding.UTF8.GetBytes(data))).Decide(System.Text.Encoding.UTF8.GetBytes(input), limits);
    }

    public string? Ask(string input = "null", string data = "{}") => Ask(Bytes(), "a/p", input, data).ToJson();
}
