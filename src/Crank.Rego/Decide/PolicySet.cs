using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins;
using Crank.Rego.Compile;
using Crank.Rego.Plan;
using Crank.Rego.Plan.Import;
using Crank.Rego.Syntax;
using Crank.Rego.Types;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>
/// Compiled policies: immutable, shared by all threads. Load base documents with <see cref="Snapshot.Read"/>, then
/// <see cref="Prepare"/> each query once and ask it as often as you like.
/// </summary>
public sealed class PolicySet
{
    private readonly RuleIndex _rules;
    private readonly ImmutableHashSet<string> _mocked;
    private readonly ImportedPlan? _plan;

    private PolicySet(CompiledPolicy policy, PolicyOptions options, IReadOnlyList<PolicySource> sources, ReadOnlySpan<byte> plan = default)
    {
        Options = options;
        Sources = sources;
        Digest = plan.IsEmpty ? DigestOf(sources) : Convert.ToHexStringLower(SHA256.HashData(plan));
        Policy = policy;
        _rules = RuleIndex.Of(policy.Modules, Names);
        _mocked = Mocked.In(policy.Modules);
        _plan = plan.IsEmpty ? null : PlanReader.Read(plan, Names);
    }

    /// <summary>The options it was compiled with.</summary>
    public PolicyOptions Options { get; }

    /// <summary>What it was compiled of, sorted by name; nothing for an imported plan.</summary>
    public IReadOnlyList<PolicySource> Sources { get; }

    /// <summary>SHA-256 over the names and texts of all modules, sorted by name, in lower-case hexadecimal; over its bytes for an imported plan.</summary>
    public string Digest { get; }

    /// <summary>What may be asked of an imported plan, such as <c>access/allow</c>; null for policies that were given as text, of which everything may be asked.</summary>
    public IReadOnlyList<string>? Entrypoints => _plan?.Entrypoints.ToList();

    /// <summary>The compiled modules, for tools that look into them; none for an imported plan.</summary>
    public CompiledPolicy Policy { get; }

    internal NameTable Names { get; } = new();

    /// <summary>Compiles modules.</summary>
    /// <exception cref="PolicyException">A module is wrong; all errors are in it.</exception>
    public static PolicySet Compile(IEnumerable<PolicySource> sources, PolicyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        options ??= PolicyOptions.Default;
        var sorted = sources.OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        var modules = new List<Module>();
        var errors = new List<RegoError>();
        foreach (var source in sorted)
        {
            var parsed = Parser.ParseModule(source.Name, source.Text);
            if (parsed.Ok)
            {
                modules.Add(parsed.Value);
            }
            else
            {
                errors.AddRange(parsed.Errors);
            }
        }

        if (errors.Count > 0)
        {
            throw new PolicyException(errors);
        }

        var compiled = Compiler.Compile(modules, new CompileOptions { Functions = FunctionTable.All, Strict = options.StrictChecks });
        return compiled.Ok ? new(compiled.Policy, options, sorted) : throw new PolicyException(compiled.Errors);
    }

    /// <summary>
    /// Takes over what OPA compiled: the plan (<c>plan.json</c>, plan schema v1) of a bundle built with target <c>plan</c>. Its entrypoints alone can be asked. It is always interpreted.
    /// </summary>
    /// <param name="planJson">The plan as JSON in UTF-8.</param>
    /// <param name="options">The options; those for the compiler do nothing.</param>
    /// <exception cref="PolicyException">It is no plan, or needs a builtin that is not supported; the message says where.</exception>
    public static PolicySet Import(ReadOnlySpan<byte> planJson, PolicyOptions? options = null)
    {
        var none = Compiler.Compile([], new CompileOptions { Functions = FunctionTable.All });
        return new(none.Policy!, options ?? PolicyOptions.Default, [], planJson.IsEmpty ? " "u8 : planJson);
    }

    /// <summary>Prepares a query: a reference such as <c>data.example.allow</c>, whose value a decision then has.</summary>
    /// <param name="query">The reference.</param>
    /// <param name="snapshot">The base documents; null for none.</param>
    /// <exception cref="PolicyException">The query is wrong.</exception>
    public PreparedQuery Prepare(string query, Snapshot? snapshot = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_plan is not null)
        {
            return OfPlan(query, snapshot, answers: false);
        }

        var parsed = Parser.ParseTerm(query);
        return parsed.Ok
            ? new(this, Planner.OneValue(_rules, Names, Find, _mocked, parsed.Value, Options.Instrumented), snapshot ?? Snapshot.Of(this, ObjectValue.Empty))
            : throw new PolicyException(parsed.Errors);
    }

    /// <summary>Prepares a query with any expressions. A decision then has an array with one object for each answer, from variable to value.</summary>
    /// <param name="query">The query, as in <c>opa eval</c>.</param>
    /// <param name="snapshot">The base documents; null for none.</param>
    /// <param name="forbidden">Builtins that the query itself must not call, e.g. <c>http.send</c>, whatever policies may; null for none.</param>
    /// <exception cref="PolicyException">The query is wrong.</exception>
    public PreparedQuery PrepareAnswers(string query, Snapshot? snapshot = null, IReadOnlySet<string>? forbidden = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_plan is not null)
        {
            return OfPlan(query, snapshot, answers: true);
        }

        var parsed = Parser.ParseQuery(query);
        if (!parsed.Ok)
        {
            throw new PolicyException(parsed.Errors);
        }

        var compiled = Policy.CompileQuery(parsed.Value, forbidden: forbidden);
        if (!compiled.Ok)
        {
            throw new PolicyException(compiled.Errors);
        }

        var mocked = _mocked.Union(Mocked.In(compiled.Body));
        var plan = Planner.Answers(_rules, Names, Find, mocked, compiled.Body, compiled.Variables, Options.Instrumented);
        return new(this, plan, snapshot ?? Snapshot.Of(this, ObjectValue.Empty));
    }

    private PreparedQuery OfPlan(string query, Snapshot? snapshot, bool answers) => _plan!.Query(query, answers) is { } plan
        ? new(this, plan, snapshot ?? Snapshot.Of(this, ObjectValue.Empty))
        : throw new PolicyException([new(RegoErrorCodes.Compile, $"the imported plan has no entrypoint for {query}; it has {string.Join(", ", _plan.Entrypoints)}", Location.None)]);

    private static Builtin? Find(string name) => BuiltinLibrary.Find(name);

    private static string DigestOf(IReadOnlyList<PolicySource> sources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in sources)
        {
            foreach (var part in (string[])[source.Name, source.Text])
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
