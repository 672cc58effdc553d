using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>Checks that need no more than the nodes themselves and the table of functions.</summary>
internal static class Checks
{
    /// <summary>Rules and assignments must not be called <c>input</c> or <c>data</c>.</summary>
    public static void RootNames(Unit unit, Problems problems)
    {
        foreach (var rule in unit.Rules)
        {
            if (rule.Head.Ref.Head is Term.Var { Name: "data" or "input" } name)
                problems.Add(RegoErrorCodes.Compile, rule.At, $"rules must not shadow {name.Name} (use a different rule name)");
            foreach (var argument in rule.Head.Arguments.Where(Make.IsRoot))
                problems.Add(RegoErrorCodes.Compile, argument.At, $"args must not shadow {argument} (use a different variable name)");
        }
        var walk = new Exprs(expr =>
        {
            if (expr.Form is ExprForm.Call { Name: "assign", Arguments: [var target, ..] } && Make.IsRoot(target))
                problems.Add(RegoErrorCodes.Compile, expr.At, $"variables must not shadow {target} (use a different variable name)");
        });
        foreach (var rule in unit.Branches)
            walk.Visit(rule);
    }

    public static void DuplicateImports(Unit unit, Problems problems)
    {
        var seen = new Dictionary<string, Import>();
        foreach (var import in unit.Module.Imports)
        {
            if (!seen.TryAdd(import.Name, import))
            {
                var first = seen[import.Name];
                problems.Add(RegoErrorCodes.Compile, import.At,
                    $"import must not shadow import {first.Path}{(first.Alias is null ? "" : " as " + first.Alias)}");
            }
        }
    }

    /// <summary>A function without a result, such as <c>print</c>, is no value.</summary>
    public static void VoidCalls(IEnumerable<Rule> rules, IReadOnlyDictionary<string, FunctionSignature> functions, Problems problems)
    {
        var walk = new VoidValues(functions, problems);
        foreach (var rule in rules)
            walk.Visit(rule);
    }

    public static void VoidCalls(ImmutableArray<Expr> query, IReadOnlyDictionary<string, FunctionSignature> functions, Problems problems) =>
        new VoidValues(functions, problems).Visit(query);

    /// <summary>Calls of functions that do not exist, or with a wrong number of arguments.</summary>
    public static Exprs Calls(
        Func<Term.Ref, int> arity, IReadOnlyDictionary<string, FunctionSignature> functions, Mapper renamer, Problems problems) => new(expr =>
        {
            if (expr.Form is not ExprForm.Call call)
                return;
            var takes = arity(call.Function);
            var shown = renamer.Map(call.Function).ToString()!;
            if (takes < 0)
            {
                problems.Add(RegoErrorCodes.Type, expr.At, $"undefined function {shown}");
                return;
            }
            var given = call.Arguments.Length;
            if (expr.Generated ? call.Name == "eq" || given == takes + 1 : given == takes || given == takes + 1)
                return;
            var passed = expr.Generated ? given - 1 : given;
            problems.Add(functions.TryGetValue(shown, out var function)
                ? new RegoError(RegoErrorCodes.Type, $"{shown}: arity mismatch", expr.At)
                {
                    Details = [$"have: {passed} {(passed == 1 ? "argument" : "arguments")}", $"want: {function.Type}"],
                }
                : new RegoError(RegoErrorCodes.Type, $"function {shown} has arity {takes}, got {passed} {(passed == 1 ? "argument" : "arguments")}", expr.At));
        });

    /// <summary>Variables of a head that its body gives no value.</summary>
    public static void HeadSafety(Unit unit, IReadOnlyDictionary<string, string> originals, Problems problems)
    {
        foreach (var rule in unit.Branches)
        {
            var given = VarsIn.Body(rule.Body, VarScope.Safety);
            given.UnionWith(VarsIn.Terms(rule.Head.Arguments));
            foreach (var name in VarsIn.Head(rule.Head).Where(name => !given.Contains(name)).Order(StringComparer.Ordinal))
            {
                var shown = originals.GetValueOrDefault(name, name);
                if (!shown.StartsWith("__local", StringComparison.Ordinal))
                    problems.Add(RegoErrorCodes.UnsafeVar, rule.At, $"var {(shown.StartsWith('$') ? "_" : shown)} is unsafe");
            }
        }
    }

    public static Visitor Forbidden(IReadOnlySet<string> names, Problems problems) => new Exprs(expr =>
    {
        if (expr.Form is ExprForm.Call call && names.Contains(call.Name))
            problems.Add(RegoErrorCodes.Type, expr.At, $"unsafe built-in function calls in expression: {call.Name}");
    });

    public static Visitor Deprecated(IReadOnlyDictionary<string, FunctionSignature> functions, Problems problems) => new Exprs(expr =>
    {
        if (expr.Form is ExprForm.Call call && functions.TryGetValue(call.Name, out var function) && function.IsDeprecated)
            problems.Add(RegoErrorCodes.Type, expr.At, $"deprecated built-in function calls in expression: {call.Name}");
    });

    /// <summary>Rules of one path must be of one kind, and must not lie inside a value that another rule makes whole.</summary>
    public static void Conflicts(RuleNode tree, IReadOnlyList<Unit> units, IReadOnlyDictionary<string, string> originals, Func<IReadOnlyList<string>, bool>? dataExists, Problems problems)
    {
        var renamer = new Renamer(originals);
        foreach (var node in tree.Descendants())
        {
            if (node.Rules.Count > 0)
                Conflicts(node, renamer, problems);
        }
        if (dataExists is not null)
            DataConflicts(tree, dataExists, problems);
        PackageConflicts(units, problems);
    }

    private static void Conflicts(RuleNode node, Renamer renamer, Problems problems)
    {
        var rules = node.Rules;
        var name = renamer.Map(rules[^1].Path).ToString();
        var below = rules.Any(rule => !rule.Head.HasVariables)
            ? node.Children.SelectMany(child => child.Descendants()).SelectMany(child => child.Rules).Select(rule => rule.Path.ToString()).Distinct().Order(StringComparer.Ordinal).ToList()
            : [];
        var sets = rules.Count(rule => rule.Head.IsPartialSet);
        var complete = rules.Count(rule => !rule.Head.IsPartialSet && !rule.Head.HasVariables);
        var defaults = rules.Where(rule => rule.IsDefault).ToList();
        if (below.Count > 0)
            problems.Add(RegoErrorCodes.Type, rules[0].At, $"rule {name} conflicts with [{string.Join(' ', below)}]");
        else if ((sets > 0 && sets < rules.Count) || rules.Select(rule => rule.Head.Arguments.Length).Distinct().Count() > 1 || (complete > 0 && complete < rules.Count))
            problems.Add(RegoErrorCodes.Type, rules[0].At, $"conflicting rules {name} found");
        else if (defaults.Count > 1)
        {
            var at = new Location(defaults[0].At.Source, 0, 0, 1, 1);
            problems.Add(RegoErrorCodes.Type, PackageAt(defaults[0]) ?? at, $"multiple default rules {name} found at {string.Join(", ", defaults.Select(rule => rule.At))}");
        }
    }

    private static Location? PackageAt(Rule rule) => rule.Package.At.Row > 0 ? rule.Package.At : null;

    private static void DataConflicts(RuleNode tree, Func<IReadOnlyList<string>, bool> dataExists, Problems problems)
    {
        foreach (var node in tree.Descendants())
        {
            if (node.Rules.Count == 0)
                continue;
            var path = Terms.GroundPrefix(node.Rules[0].Path).Path.Skip(1).Select(key => key is Term.String s ? s.Value : key.ToString()).ToList();
            if (dataExists(path))
                problems.Add(RegoErrorCodes.Type, node.Rules[0].At, $"conflicting rule for data path {string.Join('/', path)} found");
        }
    }

    private static void PackageConflicts(IReadOnlyList<Unit> units, Problems problems)
    {
        var packages = units.ToLookup(unit => unit.Module.Package.Path.ToString());
        foreach (var unit in units)
        {
            foreach (var rule in unit.Rules)
            {
                if (rule.Head.HasVariables)
                    continue;
                foreach (var other in packages[rule.Path.ToString()])
                {
                    if (!ReferenceEquals(other, unit))
                        problems.Add(RegoErrorCodes.Type, unit.Module.Package.At, $"{Printer.Print(other.Module.Package)} conflicts with rule {rule.Head.Ref} defined at {rule.At}");
                }
            }
        }
    }

    /// <summary>Does something with every expression.</summary>
    internal sealed class Exprs(Action<Expr> act) : Visitor
    {
        public override void Visit(Expr expr)
        {
            act(expr);
            base.Visit(expr);
        }
    }

    private sealed class VoidValues(IReadOnlyDictionary<string, FunctionSignature> functions, Problems problems) : Visitor
    {
        public override void Visit(Term term)
        {
            if (term is Term.Call call && functions.TryGetValue(call.Function.ToString(), out var function) && function.Type.Result is null)
                problems.Add(RegoErrorCodes.Type, call.At, $"{call} used as value");
            base.Visit(term);
        }
    }
}
