using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>
/// Turns modules into the form that a planner reads: full references, variables with names of their own, calls only as expressions,
/// bodies in an order in which every variable has a value before it is needed. Stops after the first stage that finds errors.
/// </summary>
public static class Compiler
{
    /// <summary>Compiles modules together.</summary>
    /// <param name="modules">The modules; their order does not matter, files are taken by name.</param>
    /// <param name="options">How.</param>
    public static CompileResult Compile(IEnumerable<Module> modules, CompileOptions options)
    {
        ArgumentNullException.ThrowIfNull(modules);
        ArgumentNullException.ThrowIfNull(options);
        var units = modules.OrderBy(module => module.Source.Name, StringComparer.Ordinal).Select(module => new Unit(module)).ToList();
        var problems = new Problems(options.MaxErrors);
        var policy = Stages(units, options, problems);
        return problems.Any || policy is null ? new CompileResult(null, [.. problems.All]) : new CompileResult(policy, []);
    }

    private static CompiledPolicy? Stages(List<Unit> units, CompileOptions options, Problems problems)
    {
        var functions = options.Functions;
        Resolver.Resolve(units, problems, options.Strict);
        if (problems.Any)
            return null;

        var names = new LocalNames(NamesIn(units), "__local");
        var originals = new Dictionary<string, string>();
        foreach (var unit in units)
        {
            unit.Rules = [.. unit.Rules.Select(new HeadTerms(names).Names)];
            Checks.RootNames(unit, problems);
        }
        if (problems.Any)
            return null;
        foreach (var unit in units)
            Checks.DuplicateImports(unit, problems);
        if (problems.Any)
            return null;

        var arity = ArityOf(functions, RuleNode.Build(units));
        foreach (var unit in units)
            LocalRewriter.Rewrite(unit, names, options.Strict, originals, problems);
        if (problems.Any)
            return null;
        foreach (var unit in units)
            Templates.Rewrite(unit, names, arity, functions, originals, problems);
        if (problems.Any)
            return null;
        Checks.VoidCalls(units.SelectMany(unit => unit.Branches), functions, problems);
        if (problems.Any)
            return null;
        foreach (var unit in units)
        {
            if (options.KeepPrint)
                PrintCalls.Keep(unit, names, arity, problems);
            else
                PrintCalls.Drop(unit, problems);
        }
        if (problems.Any)
            return null;

        var expander = new Expander(names);
        foreach (var unit in units)
            unit.Map(expander.Expand);
        var metadata = new MetadataCalls(units, problems);
        if (problems.Any)
            return null;
        foreach (var unit in units)
            unit.Map(rule => metadata.Rewrite(rule, names));
        var heads = new HeadTerms(names);
        foreach (var unit in units)
            unit.Map(rule => heads.Values(heads.Comprehensions(rule)));

        var tree = RuleNode.Build(units);
        foreach (var unit in units)
        {
            var targets = new WithTargets(names, tree, functions, options.Forbidden, problems);
            unit.Map(targets.Rewrite);
        }
        if (problems.Any)
            return null;
        tree = RuleNode.Build(units);
        Checks.Conflicts(tree, units, originals, options.DataExists, problems);
        if (problems.Any)
            return null;

        var renamer = new Renamer(originals);
        var calls = Checks.Calls(arity, functions, renamer, problems);
        foreach (var rule in units.SelectMany(unit => unit.Branches))
            calls.Visit(rule);
        if (problems.Any)
            return null;
        foreach (var unit in units)
            Checks.HeadSafety(unit, originals, problems);
        if (problems.Any)
            return null;
        foreach (var unit in units)
        {
            unit.Map(rule => rule with
            {
                Body = Ordered(rule.Body, [.. Safety.Roots(), .. VarsIn.Terms(rule.Head.Arguments)], arity, originals, options.MaxBody, problems),
            });
        }
        if (problems.Any)
            return null;
        var dynamics = new Dynamics(names);
        foreach (var unit in units)
        {
            DoubleEquals.Rewrite(unit);
            unit.Map(rule => rule with { Body = dynamics.Rewrite(rule.Body) });
        }

        tree = RuleNode.Build(units);
        var graph = new RuleGraph(units, tree);
        Recursion(tree, graph, problems);
        if (problems.Any)
            return null;

        var checker = new TypeChecker(functions, renamer);
        var root = checker.Root(InputType(options, problems));
        var types = root.Wrap();
        var sorted = graph.Sorted();
        foreach (var rule in sorted)
            checker.Check(types, rule, SchemasOf(metadata, rule, options, problems));
        problems.Add(checker.Errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Row).ThenBy(error => error.Column));
        if (problems.Any)
            return null;
        var forbidden = Checks.Forbidden(options.Forbidden, problems);
        foreach (var rule in units.SelectMany(unit => unit.Branches))
            forbidden.Visit(rule);
        if (problems.Any)
            return null;
        var deprecated = Checks.Deprecated(functions, problems);
        foreach (var rule in units.SelectMany(unit => unit.Branches))
            deprecated.Visit(rule);
        return problems.Any ? null : new CompiledPolicy(options, units, tree, sorted, originals, types, arity);
    }

    internal static ImmutableArray<Expr> Ordered(
        ImmutableArray<Expr> body, HashSet<string> known, Func<Term.Ref, int> arity, IReadOnlyDictionary<string, string> originals, int most, Problems problems)
    {
        if (body.Length > most)
        {
            problems.Add(RegoErrorCodes.Compile, body[0].At, $"the body has {body.Length} expressions, at most {most} are compiled: put parts of it into rules of their own");
            return body;
        }
        var ordered = Safety.Order(body, known, arity, originals, out var errors);
        problems.Add(errors);
        return ordered;
    }

    internal static Func<Term.Ref, int> ArityOf(IReadOnlyDictionary<string, FunctionSignature> functions, RuleNode tree)
    {
        return reference =>
        {
            if (functions.TryGetValue(reference.ToString(), out var function))
                return function.Type.Arguments.Length;
            return tree.Find(reference) is { Rules.Count: > 0 } node ? node.Rules[0].Head.Arguments.Length : -1;
        };
    }

    private static HashSet<string> NamesIn(IReadOnlyList<Unit> units)
    {
        var names = new HashSet<string>();
        foreach (var rule in units.SelectMany(unit => unit.Branches))
        {
            names.UnionWith(VarsIn.Head(rule.Head));
            VarsIn.Add(names, rule.Body, VarScope.All);
        }
        return names;
    }

    private static void Recursion(RuleNode tree, RuleGraph graph, Problems problems)
    {
        var suspects = graph.Suspects();
        if (suspects.Count == 0)
            return;
        foreach (var rule in tree.Descendants().SelectMany(node => node.Rules).SelectMany(Make.Each))
        {
            if (problems.Full)
                return;
            if (suspects.Contains(rule) && graph.Cycle(rule) is { } cycle)
                problems.Add(new RegoError(RegoErrorCodes.Recursion, $"rule {rule.Path} is recursive: {string.Join(" -> ", cycle.Select(step => step.Path))}", rule.At)
                {
                    Details = [$"Recursion detected in rule body: {rule.Path}"],
                });
        }
    }

    private static RegoType? InputType(CompileOptions options, Problems problems)
    {
        try
        {
            return options.InputSchema is null ? null : SchemaTypes.Of(options.InputSchema);
        }
        catch (FormatException problem)
        {
            problems.Add(RegoErrorCodes.Type, null, problem.Message);
            return null;
        }
    }

    private static List<(Term.Ref Path, RegoType Type)> SchemasOf(MetadataCalls metadata, Rule rule, CompileOptions options, Problems problems)
    {
        var types = new List<(Term.Ref, RegoType)>();
        foreach (var schema in metadata.Outermost(rule).SelectMany(annotation => annotation.Schemas))
        {
            var json = schema.Definition;
            if (schema.Schema is not null)
            {
                if (options.Schemas.Count == 0)
                    continue;
                if (!options.Schemas.TryGetValue(schema.Schema.ToString(), out json))
                {
                    problems.Add(RegoErrorCodes.Type, rule.At, $"undefined schema: {schema.Schema}");
                    continue;
                }
            }
            try
            {
                types.Add((schema.Path, SchemaTypes.Of(json!)));
            }
            catch (FormatException problem)
            {
                problems.Add(RegoErrorCodes.Type, rule.At, problem.Message);
            }
        }
        return types;
    }
}
