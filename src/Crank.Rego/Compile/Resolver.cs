using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Replaces names of rules and imports by full references: <c>p</c> becomes <c>data.pkg.p</c> where no variable of that name is declared.</summary>
internal sealed class Resolver : Mapper
{
    private readonly Dictionary<string, Term.Ref> _globals = [];
    private readonly HashSet<string> _used = [];
    private readonly List<HashSet<string>> _hidden = [];

    private Resolver(Term.Ref? package, IEnumerable<string> exports, ImmutableArray<Import> imports)
    {
        if (package is not null)
        {
            foreach (var name in exports)
                _globals[name] = new Term.Ref(package.At, package.Path.Add(new Term.String(package.At, name)));
        }
        foreach (var import in imports)
        {
            if (import.Path.Head is Term.Var { Name: "data" or "input" })
                _globals[import.Name] = import.Path;
        }
    }

    public static void Resolve(IReadOnlyList<Unit> units, Problems problems, bool strict)
    {
        var exports = ExportsOf(units);
        foreach (var unit in units)
        {
            var package = unit.Module.Package.Path;
            var resolver = new Resolver(package, exports[package.ToString()], unit.Module.Imports);
            unit.Map(rule => resolver.Resolve(rule, problems));
            if (!strict)
                continue;
            foreach (var import in unit.Module.Imports)
            {
                if (import.Path.Head is Term.Var { Name: "data" or "input" } && !resolver._used.Contains(import.Name))
                    problems.Add(RegoErrorCodes.Compile, import.At, $"import {import.Path}{(import.Alias is null ? "" : " as " + import.Alias)} unused");
            }
        }
    }

    public static ImmutableArray<Expr> Resolve(ImmutableArray<Expr> query, IReadOnlyList<Unit> units, Term.Ref? package, ImmutableArray<Import> imports)
    {
        var exports = package is not null && ExportsOf(units).TryGetValue(package.ToString(), out var names) ? names : [];
        var resolver = new Resolver(package, exports, imports);
        resolver._hidden.Add(Declared.In(query));
        return resolver.Map(query);
    }

    private static Dictionary<string, HashSet<string>> ExportsOf(IReadOnlyList<Unit> units)
    {
        var exports = new Dictionary<string, HashSet<string>>();
        foreach (var unit in units)
        {
            var package = unit.Module.Package.Path.ToString();
            if (!exports.TryGetValue(package, out var names))
                exports[package] = names = [];
            foreach (var rule in unit.Rules)
                names.Add(((Term.Var)rule.Head.Ref.Head).Name);
        }
        return exports;
    }

    private Rule Resolve(Rule rule, Problems problems)
    {
        var arguments = new HashSet<string>();
        foreach (var argument in rule.Head.Arguments)
        {
            if (RootIn(argument) is { } root)
            {
                problems.Add(RegoErrorCodes.Compile, rule.At, $"args must not shadow {root} (use a different variable name)");
                return rule;
            }
            Patterns(argument, arguments);
        }
        _hidden.Add(arguments);
        _hidden.Add(Declared.In(rule.Body));
        var head = rule.Head;
        var path = head.Ref.Path;
        for (var i = 1; i < path.Length; i++)
            path = path.SetItem(i, Map(path[i]));
        var resolved = rule with
        {
            Head = head with
            {
                Ref = new Term.Ref(head.Ref.At, path),
                Key = head.Key is null ? null : Map(head.Key),
                Value = head.Value is null ? null : Map(head.Value),
            },
            Body = Map(rule.Body),
        };
        _hidden.Clear();
        return resolved;
    }

    private static Term? RootIn(Term term) => term switch
    {
        Term.Ref r when Make.IsRoot(r) => r,
        Term.Ref r => r.Path.Select(RootIn).FirstOrDefault(found => found is not null),
        Term.Array array => array.Items.Select(RootIn).FirstOrDefault(found => found is not null),
        Term.Object obj => obj.Pairs.Select(p => RootIn(p.Value)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static void Patterns(Term term, HashSet<string> names)
    {
        switch (term)
        {
            case Term.Var v:
                names.Add(v.Name);
                break;
            case Term.Array array:
                foreach (var item in array.Items)
                    Patterns(item, names);
                break;
            case Term.Object obj:
                foreach (var (_, value) in obj.Pairs)
                    Patterns(value, names);
                break;
            case Term.Ref r:
                foreach (var key in r.Path)
                    Patterns(key, names);
                break;
        }
    }

    private Term.Ref? Global(Term.Var v)
    {
        if (!_globals.TryGetValue(v.Name, out var global) || _hidden.Exists(names => names.Contains(v.Name)))
            return null;
        _used.Add(v.Name);
        return new Term.Ref(v.At, [.. global.Path.Select(key => Moved(key, v.At))]);
    }

    private static Term Moved(Term key, Location at) => key switch
    {
        Term.Var v => new Term.Var(at, v.Name),
        Term.String s => new Term.String(at, s.Value),
        _ => key,
    };

    public override Term Map(Term term) => term is Term.Var v ? Global(v) ?? term : base.Map(term);

    protected override Term.Ref MapRef(Term.Ref reference)
    {
        if (reference.Head is Term.Var head && Global(head) is { } global)
            return new Term.Ref(reference.At, [.. global.Path, .. Map(reference.Path[1..])]);
        return base.MapRef(reference);
    }

    protected override Term MapArray(Term.ArrayComprehension c) => Hiding(c.Body, () => base.MapArray(c));

    protected override Term MapSet(Term.SetComprehension c) => Hiding(c.Body, () => base.MapSet(c));

    protected override Term MapObject(Term.ObjectComprehension c) => Hiding(c.Body, () => base.MapObject(c));

    protected override ImmutableArray<Expr> MapClosed(ImmutableArray<Expr> body) => Hiding(body, () => base.MapClosed(body));

    protected override ExprForm Map(ExprForm form) => form is ExprForm.Some { Symbols: not [Term.Call] } ? form : base.Map(form);

    protected override ExprForm MapEvery(ExprForm.Every every)
    {
        var own = VarsIn.Term(every.Key);
        VarsIn.Add(own, every.Value, VarScope.All);
        _hidden.Add(own);
        var mapped = new ExprForm.Every(every.At, every.Key, every.Value, Map(every.Domain), Map(every.Body));
        _hidden.RemoveAt(_hidden.Count - 1);
        return mapped;
    }

    private T Hiding<T>(ImmutableArray<Expr> body, Func<T> map)
    {
        _hidden.Add(Declared.In(body));
        var mapped = map();
        _hidden.RemoveAt(_hidden.Count - 1);
        return mapped;
    }
}
