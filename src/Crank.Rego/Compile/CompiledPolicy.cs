using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>
/// Modules ready to be planned. In rules given here: references begin with <c>data</c>, <c>input</c> or a variable; a call is an
/// expression with one argument more than the function takes when its result is wanted; <c>:=</c>, <c>some</c>, <c>==</c> and templates
/// are gone; variables of different rules and scopes have different names, except those that are unified without being declared
/// (<c>x = 1</c>), which are local to the innermost closure when nothing outside of it gives them a value.
/// </summary>
public sealed class CompiledPolicy
{
    private readonly CompileOptions _options;
    private readonly IReadOnlyList<Unit> _units;
    private readonly TypeEnv _types;
    private readonly Func<Term.Ref, int> _arity;

    internal CompiledPolicy(
        CompileOptions options, IReadOnlyList<Unit> units, RuleNode rules, IReadOnlyList<Rule> sorted,
        IReadOnlyDictionary<string, string> originals, TypeEnv types, Func<Term.Ref, int> arity)
    {
        _options = options;
        _units = units;
        _types = types;
        _arity = arity;
        Rules = rules;
        Sorted = sorted;
        OriginalNames = originals;
        Modules = [.. units.Select(unit => new CompiledModule(unit.Module, unit.Rules))];
    }

    /// <summary>The modules, by file name.</summary>
    public ImmutableArray<CompiledModule> Modules { get; }

    /// <summary>All rules by path.</summary>
    public RuleNode Rules { get; }

    /// <summary>All rules and else branches, each after those it reads.</summary>
    public IReadOnlyList<Rule> Sorted { get; }

    /// <summary>What variables of the compiler were called in the source.</summary>
    public IReadOnlyDictionary<string, string> OriginalNames { get; }

    /// <summary>The type of what a reference names, or null when nothing is known.</summary>
    public RegoType? TypeOf(Term.Ref reference) => _types.Get(reference);

    /// <summary>How many arguments the function of that name takes; -1 when there is none.</summary>
    public int ArityOf(Term.Ref function) => _arity(function);

    /// <summary>Compiles a query against the policy.</summary>
    /// <param name="query">The query.</param>
    /// <param name="package">Package whose rules may be named without their path; null for none.</param>
    /// <param name="imports">Imports that the query may use.</param>
    /// <param name="forbidden">Builtins that the query itself must not call; null for those of the options.</param>
    public CompiledQuery CompileQuery(Query query, Term.Ref? package = null, ImmutableArray<Import> imports = default, IReadOnlySet<string>? forbidden = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        var problems = new Problems(_options.MaxErrors);
        var originals = new Dictionary<string, string>();
        var body = Stages(query.Body, package, imports.IsDefault ? [] : imports, forbidden ?? _options.Forbidden, originals, problems);
        if (problems.Any)
            return new CompiledQuery(default, [], [.. problems.All]);
        return new CompiledQuery(body, [.. Variables(query.Body, body, originals).OrderBy(v => v.Key, StringComparer.Ordinal)], []);
    }

    private ImmutableArray<Expr> Stages(
        ImmutableArray<Expr> body, Term.Ref? package, ImmutableArray<Import> imports, IReadOnlySet<string> forbidden, Dictionary<string, string> originals, Problems problems)
    {
        var functions = _options.Functions;
        body = Resolver.Resolve(body, _units, package, imports);
        var names = new LocalNames(VarsIn.Body(body), "__localq");
        body = LocalRewriter.Rewrite(body, names, _options.Strict, originals, problems);
        if (problems.Any)
            return body;
        body = Templates.Rewrite(body, names, _arity, functions, originals, problems);
        if (!problems.Any)
            Checks.VoidCalls(body, functions, problems);
        if (problems.Any)
            return body;
        body = _options.KeepPrint ? PrintCalls.Keep(body, names, _arity, problems) : PrintCalls.Drop(body, problems);
        if (problems.Any)
            return body;
        body = new HeadTerms(names).Map(new Expander(names).Expand(body));
        body = new WithTargets(names, Rules, functions, forbidden, problems).Map(body);
        if (problems.Any)
            return body;
        var renamer = new Renamer(originals.Concat(OriginalNames.Where(n => !originals.ContainsKey(n.Key))).ToDictionary());
        Checks.Calls(_arity, functions, renamer, problems).Visit(body);
        if (problems.Any)
            return body;
        body = Compiler.Ordered(body, Safety.Roots(), _arity, originals, _options.MaxBody, problems);
        if (problems.Any)
            return body;
        body = new Dynamics(names).Rewrite(body);
        var checker = new TypeChecker(functions, renamer);
        problems.Add(checker.CheckBody(_types, body, out _));
        if (!problems.Any)
            Checks.Forbidden(forbidden, problems).Visit(body);
        if (_options.Strict && !problems.Any)
            Checks.Deprecated(functions, problems).Visit(body);
        return body;
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables(ImmutableArray<Expr> written, ImmutableArray<Expr> body, Dictionary<string, string> originals)
    {
        var visible = VarsIn.Body(written, VarScope.Safety);
        visible.UnionWith(Declared.In(written));
        var seen = new HashSet<string>();
        foreach (var name in VarsIn.Body(body, VarScope.Safety).Order(StringComparer.Ordinal))
        {
            var shown = originals.GetValueOrDefault(name, name);
            if (shown.StartsWith('$') || shown is "data" or "input" || !visible.Contains(shown) || !seen.Add(shown))
                continue;
            yield return new(shown, name);
        }
    }
}
