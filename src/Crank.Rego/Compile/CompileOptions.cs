using System.Text.Json.Nodes;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>How modules are compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>The builtins that policies may call, by name; operators and <c>internal.*</c> among them.</summary>
    public required IReadOnlyDictionary<string, FunctionSignature> Functions { get; init; }

    /// <summary>Also refuse unused variables, arguments and imports.</summary>
    public bool Strict { get; init; }

    /// <summary>Keep calls of <c>print</c>, which are dropped otherwise.</summary>
    public bool KeepPrint { get; init; }

    /// <summary>Stop after this many errors.</summary>
    public int MaxErrors { get; init; } = 10;

    /// <summary>Most expressions one body may have, after rewriting; bodies are ordered in time that grows with its square.</summary>
    public int MaxBody { get; init; } = 20_000;

    /// <summary>Builtins that must not be called, e.g. <c>http.send</c>.</summary>
    public IReadOnlySet<string> Forbidden { get; init; } = new HashSet<string>();

    /// <summary>JSON schemas that annotations may name, by dotted path: <c>schema.user</c>. Their types are not checked when empty.</summary>
    public IReadOnlyDictionary<string, JsonNode> Schemas { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>Schema of the whole input, or null.</summary>
    public JsonNode? InputSchema { get; init; }

    /// <summary>Says whether base data exists at a path below <c>data</c>; rules must not lie there. Null: not checked.</summary>
    public Func<IReadOnlyList<string>, bool>? DataExists { get; init; }
}
