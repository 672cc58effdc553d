using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>
/// Orders bodies so that every variable has a value before it is needed, and tells those that never get one. Expressions keep their
/// order as far as they can.
/// </summary>
internal sealed class Safety(Func<Term.Ref, int> arity)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Expressions and the variables in them that stay without a value.</summary>
    private readonly Dictionary<Expr, HashSet<string>> _unsafe = [];

    /// <summary>What is known without a body: the root documents.</summary>
    public static HashSet<string> Roots() => ["data", "input"];

    /// <summary>Orders a body; errors when it cannot be done.</summary>
    public static ImmutableArray<Expr> Order(
        ImmutableArray<Expr> body, HashSet<string> known, Func<Term.Ref, int> arity, IReadOnlyDictionary<string, string> originals, out List<RegoError> errors)
    {
        var safety = new Safety(arity);
        var ordered = safety.Reorder(known, body, safety._unsafe);
        errors = Errors(safety._unsafe, originals);
        return errors.Count > 0 ? body : ordered;
    }

    /// <summary>Is everything known that a reference or call needs?</summary>
    public static bool IsSafe(Term term, Func<string, bool> isKnown) => term switch
    {
        Term.Ref { Head: Term.Var head } => isKnown(head.Name),
        Term.Ref { Head: Term.Call call } => IsSafe(call, isKnown),
        Term.Ref r => VarsIn.Term(r.Head).All(isKnown),
        Term.Call call => VarsIn.Term(call, VarScope.Safety).All(isKnown),
        _ => true,
    };

    /// <summary>The variables that a body gives values, beyond those known.</summary>
    public HashSet<string> OutputsOf(IEnumerable<Expr> body, IReadOnlySet<string> known)
    {
        var all = new HashSet<string>(known);
        foreach (var expr in body)
            all.UnionWith(OutputsOf(expr, all));
        all.ExceptWith(known);
        return all;
    }

    /// <summary>The variables that <c>=</c> gives values, beyond those known.</summary>
    public static HashSet<string> OutputsOfEquality(Expr expr, IReadOnlySet<string> known)
    {
        var call = (ExprForm.Call)expr.Form;
        if (call.Arguments.Length != 2)
            return [.. known];
        var outputs = new HashSet<string>();
        foreach (var argument in call.Arguments)
            KeysOf(argument, known, outputs);
        outputs.UnionWith(Unifier.Unify(name => known.Contains(name) || outputs.Contains(name), call.Arguments[0], call.Arguments[1]));
        outputs.RemoveWhere(known.Contains);
        return outputs;
    }

    private HashSet<string> OutputsOf(Expr expr, IReadOnlySet<string> known)
    {
        if (expr.Negated)
            return None;
        foreach (var with in expr.With)
        {
            var needed = new HashSet<string>();
            VarsIn.Add(needed, with, VarScope.Safety);
            if (!needed.All(known.Contains))
                return None;
        }
        var outputs = new HashSet<string>();
        switch (expr.Form)
        {
            case ExprForm.Single single:
                KeysOf(single.Term, known, outputs);
                return outputs;
            case ExprForm.Call { Name: "eq" }:
                return OutputsOfEquality(expr, known);
            case ExprForm.Call call:
                return OutputsOfCall(call, known);
            case ExprForm.Every every:
                KeysOf(every.Domain, known, outputs);
                return outputs;
            default:
                return None;
        }
    }

    private HashSet<string> OutputsOfCall(ExprForm.Call call, IReadOnlySet<string> known)
    {
        var takes = arity(call.Function);
        if (takes < 0)
            return None;
        var outputs = new HashSet<string>();
        KeysOf(call.Function, known, outputs);
        foreach (var argument in call.Arguments)
            KeysOf(argument, known, outputs);
        if (takes >= call.Arguments.Length)
            return outputs;
        const VarScope patterns = VarScope.NoClosures | VarScope.NoSets | VarScope.NoObjectKeys | VarScope.NoRefHeads;
        var inputs = VarsIn.Terms(call.Arguments.Take(takes), patterns);
        VarsIn.Add(inputs, call.Function, patterns);
        if (!inputs.All(name => outputs.Contains(name) || known.Contains(name)))
            return None;
        foreach (var argument in call.Arguments.Skip(takes))
            VarsIn.Add(outputs, argument, patterns);
        return outputs;
    }

    /// <summary>Variables among the keys of references whose head is known: enumerating the reference gives them values.</summary>
    private static void KeysOf(Term term, IReadOnlySet<string> known, HashSet<string> outputs)
    {
        switch (term)
        {
            case Term.Ref r:
                if (!IsSafe(r, known.Contains))
                    return;
                foreach (var key in r.Path.AsSpan()[1..])
                    VarsIn.Add(outputs, key, VarScope.NoRefHeads);
                foreach (var part in r.Path)
                    KeysOf(part, known, outputs);
                break;
            case Term.Array array:
                foreach (var item in array.Items)
                    KeysOf(item, known, outputs);
                break;
            case Term.Set set:
                foreach (var item in set.Items)
                    KeysOf(item, known, outputs);
                break;
            case Term.Object obj:
                foreach (var (key, value) in obj.Pairs)
                {
                    KeysOf(key, known, outputs);
                    KeysOf(value, known, outputs);
                }
                break;
            case Term.Call call:
                KeysOf(call.Function, known, outputs);
                foreach (var argument in call.Arguments)
                    KeysOf(argument, known, outputs);
                break;
        }
    }

    private ImmutableArray<Expr> Reorder(IReadOnlySet<string> globals, ImmutableArray<Expr> body, Dictionary<Expr, HashSet<string>> unsafeVars)
    {
        var bodyVars = VarsIn.Body(body, VarScope.Safety);
        var safe = bodyVars.Where(globals.Contains).ToHashSet();
        foreach (var expr in body)
        {
            var missing = VarsIn.Expr(expr, VarScope.Safety);
            missing.ExceptWith(safe);
            if (missing.Count > 0)
                unsafeVars[expr] = missing;
        }
        var closed = body.Select(expr => ClosedOver(expr, bodyVars, globals)).ToArray();
        var placed = new bool[body.Length];

        // An expression is looked at again only when something that it mentions has become known.
        var mentions = new Dictionary<string, List<int>>();
        var stale = new bool[body.Length];
        for (var i = 0; i < body.Length; i++)
        {
            stale[i] = true;
            foreach (var name in VarsIn.Expr(body[i]))
            {
                if (!mentions.TryGetValue(name, out var at))
                    mentions[name] = at = [];
                at.Add(i);
            }
        }
        var ordered = new List<Expr>(body.Length);
        var given = new HashSet<string>(safe);
        bool progress;
        do
        {
            progress = false;
            for (var i = 0; i < body.Length; i++)
            {
                if (placed[i] || !stale[i])
                    continue;
                stale[i] = false;
                var expr = body[i];
                var outputs = OutputsOf(expr, safe);
                if (closed[i].Count > 0)
                {
                    var missing = closed[i].Where(name => !given.Contains(name)).ToHashSet();
                    if (missing.Count > 0)
                    {
                        if (missing.SetEquals(outputs))
                            continue;
                        unsafeVars[expr] = missing;
                    }
                }
                if (unsafeVars.TryGetValue(expr, out var needs))
                {
                    needs.RemoveWhere(name => outputs.Contains(name) || safe.Contains(name));
                    if (needs.Count > 0)
                        continue;
                    unsafeVars.Remove(expr);
                }
                placed[i] = true;
                ordered.Add(expr);
                foreach (var name in outputs)
                {
                    given.Add(name);
                    if (!safe.Add(name))
                        continue;
                    foreach (var reader in mentions.GetValueOrDefault(name) ?? [])
                        stale[reader] = true;
                }
                progress = true;
            }
        }
        while (progress && ordered.Count < body.Length);

        var known = new HashSet<string>(globals);
        for (var i = 0; i < ordered.Count; i++)
        {
            if (i > 0)
                VarsIn.Add(known, ordered[i - 1], VarScope.Safety);
            ordered[i] = new Closures(this, ordered[i], known, unsafeVars).Map(ordered[i]);
        }
        return Make.Numbered(ordered);
    }

    /// <summary>Variables of the outer body that closures in an expression use.</summary>
    private static HashSet<string> ClosedOver(Expr expr, HashSet<string> bodyVars, IReadOnlySet<string> globals)
    {
        var found = new ClosureVars();
        found.Visit(expr);
        found.Names.RemoveWhere(name => !bodyVars.Contains(name) || globals.Contains(name));
        return found.Names;
    }

    private static List<RegoError> Errors(Dictionary<Expr, HashSet<string>> unsafeVars, IReadOnlyDictionary<string, string> originals)
    {
        var first = new Dictionary<string, Location>();
        foreach (var (expr, names) in unsafeVars)
        {
            foreach (var name in names)
            {
                if (!first.TryGetValue(name, out var at) || Compare(expr.At, at) < 0)
                    first[name] = expr.At;
            }
        }
        var errors = new List<RegoError>();
        foreach (var (name, at) in first.OrderBy(f => f.Value.Offset).ThenBy(f => f.Key, StringComparer.Ordinal))
        {
            var shown = originals.GetValueOrDefault(name, name);
            if (shown.StartsWith("__local", StringComparison.Ordinal))
                continue;
            if (shown.StartsWith('$'))
                shown = "_";
            var hint = shown is "and" or "or" ? $" (hint: `import future.keywords.{shown}` to import a future keyword)" : "";
            errors.Add(new RegoError(RegoErrorCodes.UnsafeVar, $"var {shown} is unsafe{hint}", at));
        }
        if (errors.Count > 0)
            return errors;

        var seen = new HashSet<string>();
        foreach (var (expr, names) in unsafeVars.OrderBy(u => u.Key.At.Offset))
        {
            var before = seen.Count;
            seen.UnionWith(names);
            if (seen.Count > before)
                errors.Add(new RegoError(RegoErrorCodes.UnsafeVar, "expression is unsafe", expr.At));
        }
        return errors;
    }

    private static int Compare(Location a, Location b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Column.CompareTo(b.Column);

    private sealed class ClosureVars : Visitor
    {
        public HashSet<string> Names { get; } = [];

        public override void Visit(Expr expr)
        {
            switch (expr.Form)
            {
                case ExprForm.Every every:
                    VarsIn.Add(Names, every.Body, VarScope.All);
                    break;
                case ExprForm.Not not:
                    VarsIn.Add(Names, not.Body, VarScope.All);
                    break;
                case ExprForm.Logic logic:
                    VarsIn.Add(Names, logic.Left, VarScope.All);
                    VarsIn.Add(Names, logic.Right, VarScope.All);
                    break;
                default:
                    base.Visit(expr);
                    break;
            }
        }

        public override void Visit(Term term)
        {
            if (term is Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension)
                VarsIn.Add(Names, term, VarScope.All);
            else
                base.Visit(term);
        }
    }

    /// <summary>Orders the bodies inside one expression.</summary>
    private sealed class Closures(Safety safety, Expr current, HashSet<string> known, Dictionary<Expr, HashSet<string>> unsafeVars) : Mapper
    {
        protected override Term MapArray(Term.ArrayComprehension c) => new Term.ArrayComprehension(c.At, c.Head, Inner(VarsIn.Term(c.Head), c.Body));

        protected override Term MapSet(Term.SetComprehension c) => new Term.SetComprehension(c.At, c.Head, Inner(VarsIn.Term(c.Head), c.Body));

        protected override Term MapObject(Term.ObjectComprehension c)
        {
            var heads = VarsIn.Term(c.Key);
            VarsIn.Add(heads, c.Value, VarScope.All);
            return new Term.ObjectComprehension(c.At, c.Key, c.Value, Inner(heads, c.Body));
        }

        protected override ImmutableArray<Expr> MapClosed(ImmutableArray<Expr> body) => Inner([], body);

        protected override ExprForm MapEvery(ExprForm.Every every)
        {
            if (every.Key is not null)
                VarsIn.Add(known, every.Key, VarScope.All);
            VarsIn.Add(known, every.Value, VarScope.All);
            return new ExprForm.Every(every.At, every.Key, every.Value, every.Domain, Inner([], every.Body));
        }

        private ImmutableArray<Expr> Inner(HashSet<string> heads, ImmutableArray<Expr> body)
        {
            var inside = VarsIn.Body(body, VarScope.Safety);
            foreach (var name in heads)
            {
                if (!inside.Contains(name) && !known.Contains(name))
                    Missing(current, name);
            }
            var inner = new Dictionary<Expr, HashSet<string>>();
            var ordered = safety.Reorder(known, body, inner);
            if (inner.Count == 0)
                return ordered;
            foreach (var (expr, names) in inner)
            {
                foreach (var name in names)
                    Missing(expr, name);
            }
            return body;
        }

        private void Missing(Expr expr, string name)
        {
            if (!unsafeVars.TryGetValue(expr, out var names))
                unsafeVars[expr] = names = [];
            names.Add(name);
        }
    }
}
