using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>
/// Infers types along the order of dependencies and finds what can never match: wrong arguments, references into values that have no
/// such member, unifications of different types.
/// </summary>
internal sealed class TypeChecker(IReadOnlyDictionary<string, FunctionSignature> functions, Mapper renamer)
{
    private readonly Dictionary<Term, (RegoType? Type, List<RegoError> Errors)> _comprehensions = [];
    private readonly List<RegoError> _errors = [];

    public IReadOnlyList<RegoError> Errors => _errors;

    /// <summary>The types of builtins and, if there is a schema, of the input.</summary>
    public TypeEnv Root(RegoType? input)
    {
        var env = new TypeEnv(null, this);
        foreach (var function in functions.Values)
            env.Tree.Put(Terms.Function(Location.None, function.Name), function.Type);
        if (input is not null)
            env.Tree.Put(Terms.Ref(Location.None, "input"), input);
        return env;
    }

    /// <summary>Checks one rule and adds its type to the environment.</summary>
    /// <param name="env">Where types of rules are kept.</param>
    /// <param name="rule">The rule; those it reads have been checked.</param>
    /// <param name="schemas">Types that annotations give to documents while this rule is checked.</param>
    public void Check(TypeEnv env, Rule rule, IEnumerable<(Term.Ref Path, RegoType Type)> schemas)
    {
        var own = env.Wrap();
        foreach (var (at, type) in schemas)
            Override(own, at, type);

        var errors = CheckBody(own, rule.Body, out var inner);
        _errors.AddRange(errors);
        var path = rule.Path;
        if (errors.Count > 0)
        {
            env.Tree.Put(Terms.GroundPrefix(path), RegoType.Anything);
            return;
        }

        var head = rule.Head;
        RegoType? made;
        if (head.IsFunction)
        {
            foreach (var name in VarsIn.Terms(head.Arguments))
            {
                var variable = new Term.Var(head.At, name);
                if (inner.Get(variable) is null)
                    inner.Tree.Put(variable, RegoType.Anything);
            }
            made = new RegoType.Function([.. head.Arguments.Select(a => inner.Get(a) ?? RegoType.Anything)], null, inner.Get(head.Value) ?? RegoType.Unknown);
        }
        else if (head.IsPartialSet)
        {
            made = inner.Get(head.Key) is { } key ? new RegoType.Set(key) : null;
            if (made is not null && head.HasVariables)
                made = Nested(inner, path, made);
        }
        else
        {
            made = inner.Get(head.Value);
            if (made is not null && head.HasVariables)
                made = Nested(inner, path, made);
        }
        if (made is not null)
            env.Tree.Insert(Terms.GroundPrefix(path), made, env);
    }

    /// <summary>Checks expressions in order; the environment given back knows the variables in them.</summary>
    public List<RegoError> CheckBody(TypeEnv env, ImmutableArray<Expr> body, out TypeEnv inner)
    {
        var errors = new List<RegoError>();
        inner = env.Wrap();
        foreach (var expr in body)
        {
            var closures = CheckClosures(inner, expr);
            var references = new References(this, inner);
            references.Visit(expr);
            errors.AddRange(closures);
            errors.AddRange(references.Errors);
            if (CheckExpr(inner, expr) is { } problem && !(problem.CausedByUnknown && (closures.Count > 0 || references.Errors.Count > 0)))
                errors.Add(problem.Error);
        }
        return errors;
    }

    /// <summary>The type of a comprehension and what is wrong inside it; found once.</summary>
    public (RegoType? Type, List<RegoError> Errors) Comprehension(TypeEnv env, Term term)
    {
        if (_comprehensions.TryGetValue(term, out var known))
            return known;
        List<RegoError> errors;
        RegoType? type = null;
        TypeEnv inner;
        switch (term)
        {
            case Term.ArrayComprehension c:
                errors = CheckBody(env, c.Body, out inner);
                // As in OPA, what is not known of the elements does not make the array unknown, unlike a set or an object.
                type = new RegoType.Array([], inner.Get(c.Head));
                break;
            case Term.SetComprehension c:
                errors = CheckBody(env, c.Body, out inner);
                type = new RegoType.Set(inner.Get(c.Head) ?? RegoType.Unknown);
                break;
            default:
                var obj = (Term.ObjectComprehension)term;
                errors = CheckBody(env, obj.Body, out inner);
                type = new RegoType.Object([], inner.Get(obj.Key) ?? RegoType.Unknown, inner.Get(obj.Value) ?? RegoType.Unknown);
                break;
        }
        var result = (errors.Count == 0 ? TypeRules.Bounded(type) : null, errors);
        _comprehensions[term] = result;
        return result;
    }

    private List<RegoError> CheckClosures(TypeEnv env, Expr expr)
    {
        var closures = new Closures(this, env);
        closures.Visit(expr);
        return closures.Errors;
    }

    private static RegoType? Nested(TypeEnv env, Term.Ref path, RegoType type)
    {
        RegoType? made = type;
        var ground = Terms.GroundPrefix(path).Path.Length;
        for (var i = path.Path.Length - 1; i >= ground && made is not null; i--)
            made = env.Get(path.Path[i]) is { } key ? new RegoType.Object([], key, made) : null;
        return made;
    }

    private static void Override(TypeEnv env, Term.Ref path, RegoType type)
    {
        for (var length = 1; length < path.Path.Length || length == 1; length++)
        {
            var prefix = new Term.Ref(path.At, path.Path[..length]);
            if (env.Get(prefix) is not { } known)
                continue;
            env.Tree.Put(length == path.Path.Length ? path : prefix, length == path.Path.Length ? type : Override(path.Path.AsSpan()[length..], known, type));
            return;
        }
        env.Tree.Put(path, type);
    }

    private static RegoType Override(ReadOnlySpan<Term> path, RegoType? known, RegoType type)
    {
        if (path.IsEmpty)
            return type;
        var key = TypeEnv.KeyOf(path[0]);
        if (known is not RegoType.Object obj)
            return new RegoType.Object([new(key, Override(path[1..], null, type))], RegoType.Anything, RegoType.Anything);
        var members = obj.Members.ToDictionary(m => m.Key, m => m.Value);
        members[key] = Override(path[1..], members.GetValueOrDefault(key), type);
        return new RegoType.Object([.. members], obj.RestKey, obj.RestValue);
    }

    private string Shown(Term.Ref reference) => renamer.Map(reference).ToString()!;

    private TypeProblem? CheckExpr(TypeEnv env, Expr expr)
    {
        foreach (var with in expr.With)
        {
            if (env.Get(with.Target) is RegoType.Function target && env.Get(with.Value) is RegoType.Function value && !Unifies(target, value))
                return Arguments(with.At, (Term.Ref)with.Target, "arity mismatch", [.. value.Arguments], target, withResult: false);
        }
        if (expr.Form is not ExprForm.Call call)
            return null;
        return call.Name == "eq" ? CheckEquality(env, expr, call) : CheckCall(env, expr, call);
    }

    private TypeProblem? CheckCall(TypeEnv env, Expr expr, ExprForm.Call call)
    {
        var type = env.Get(call.Function);
        if (type is RegoType.Any)
            return null;
        if (type is not RegoType.Function function)
            return new TypeProblem(new RegoError(RegoErrorCodes.Type, $"undefined function {Shown(call.Function)}", expr.At), false);
        var result = TypeRules.Known(function.Result);
        var takes = function.Arguments.Length + (function.Result is null ? 0 : 1);
        if (call.Arguments.Length > takes && function.Rest is null)
            return Arguments(expr.At, call.Function, "too many arguments", Types(env, call.Arguments), function, withResult: true);
        if (call.Arguments.Length < function.Arguments.Length)
            return Arguments(expr.At, call.Function, "too few arguments", Types(env, call.Arguments), function, withResult: true);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var wanted = i < function.Arguments.Length ? function.Arguments[i] : i < takes ? result : function.Rest;
            if (!Unify(env, call.Arguments[i], wanted, union: false))
                return Arguments(expr.At, call.Function, "invalid argument(s)", Types(env, call.Arguments), function, withResult: true);
        }
        return null;
    }

    private static RegoType?[] Types(TypeEnv env, ImmutableArray<Term> terms) => [.. terms.Select(env.Get)];

    private TypeProblem Arguments(Location at, Term.Ref name, string what, RegoType?[] have, RegoType.Function function, bool withResult)
    {
        var want = function.Arguments.Select(a => a.ToString()).ToList();
        if (withResult && function.Result is not null)
            want.Add(function.Result.ToString());
        if (function.Rest is not null)
            want.Add(function.Rest + "...");
        return new TypeProblem(
            new RegoError(RegoErrorCodes.Type, $"{Shown(name)}: {what}", at)
            {
                Details = [$"have: ({string.Join(", ", have.Select(Show))})", $"want: ({string.Join(", ", want)})"],
            },
            have.Any(TypeRules.IsNil));
    }

    private static string Show(RegoType? type) => type?.ToString() ?? "???";

    private TypeProblem? CheckEquality(TypeEnv env, Expr expr, ExprForm.Call call)
    {
        if (call.Arguments.Length != 2)
        {
            var eq = RegoType.FunctionOf(RegoType.Boolean, RegoType.Anything, RegoType.Anything);
            return Arguments(expr.At, call.Function, call.Arguments.Length < 2 ? "too few arguments" : "too many arguments", Types(env, call.Arguments), eq, withResult: false);
        }
        var (a, b) = (call.Arguments[0], call.Arguments[1]);
        var (typeA, typeB) = (env.Get(a), env.Get(b));
        if (Unify(env, a, typeA, b, typeB))
            return null;
        return new TypeProblem(
            new RegoError(RegoErrorCodes.Type, "match error", expr.At) { Details = [$"left  : {Show(typeA)}", $"right : {Show(typeB)}"] },
            TypeRules.IsNil(typeA) || TypeRules.IsNil(typeB));
    }

    private bool Unify(TypeEnv env, Term a, RegoType? typeA, Term b, RegoType? typeB)
    {
        var (nilA, nilB) = (TypeRules.IsNil(typeA), TypeRules.IsNil(typeB));
        if (nilA && !nilB)
            return Unify(env, a, typeB, union: false);
        if (nilB && !nilA)
            return Unify(env, b, typeA, union: false);
        if (!nilA)
            return Unifies(typeA, typeB);
        switch (a, b)
        {
            case (Term.Array x, Term.Array y):
                return x.Items.Length == y.Items.Length
                    && x.Items.Zip(y.Items).All(p => Unify(env, p.First, env.Get(p.First), p.Second, env.Get(p.Second)));
            case (Term.Object x, Term.Object y):
                var values = new Dictionary<Term, Term>(TermComparer.Instance);
                foreach (var (key, value) in y.Pairs)
                    values[key] = value;
                return x.Pairs.Length == y.Pairs.Length
                    && x.Pairs.All(p => values.TryGetValue(p.Key, out var other) && Unify(env, p.Value, env.Get(p.Value), other, env.Get(other)));
            case (Term.Array or Term.Object or Term.Var, Term.Var):
                return Unify(env, a, RegoType.Anything, union: false) && Unify(env, b, env.Get(a), union: false);
            case (Term.Var, Term.Array or Term.Object):
                return Unify(env, b, RegoType.Anything, union: false) && Unify(env, a, env.Get(b), union: false);
            default:
                return false;
        }
    }

    /// <summary>Can the term have the type? Gives the variables in it their types.</summary>
    private bool Unify(TypeEnv env, Term term, RegoType? type, bool union)
    {
        switch (term)
        {
            case Term.Array or Term.Object or Term.Set when type is RegoType.Any any:
                if (any.Members.IsEmpty)
                {
                    foreach (var part in Parts(term))
                        Unify(env, part, RegoType.Anything, union: true);
                    return true;
                }
                var some = false;
                foreach (var member in any.Members)
                    some |= Unify(env, term, member, union: true);
                return some;
            case Term.Array array:
                if (type is not RegoType.Array a || (array.Items.Length != a.Items.Length && a.Rest is null))
                    return false;
                for (var i = 0; i < array.Items.Length; i++)
                {
                    if (!Unify(env, array.Items[i], i < a.Items.Length ? TypeRules.Known(a.Items[i]) : a.Rest, union))
                        return false;
                }
                return true;
            case Term.Object obj:
                return type is RegoType.Object o && Unify(env, obj, o, union);
            case Term.Set set:
                return type is RegoType.Set s && set.Items.All(item => Unify(env, item, s.Item, union));
            case Term.Ref or Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension:
                return Unifies(env.Get(term), type);
            case Term.Var:
                var known = env.Get(term);
                if (union)
                    env.Tree.Put(term, TypeRules.Or(known, type));
                else if (known is not null)
                    return Unifies(known, type);
                else
                    env.Tree.Put(term, type);
                return true;
            default:
                return Unifies(env.Get(term), type);
        }
    }

    private bool Unify(TypeEnv env, Term.Object obj, RegoType.Object type, bool union)
    {
        if (obj.Pairs.Length != type.Members.Length && type.RestValue is null)
            return false;
        foreach (var (key, value) in obj.Pairs)
        {
            if (!Make.IsConstant(key))
                Unify(env, value, RegoType.Anything, union);
            else if (TypeRules.Select(type, TypeEnv.KeyOf(key)) is not { } child || !Unify(env, value, child, union))
                return false;
        }
        return true;
    }

    private static IEnumerable<Term> Parts(Term term) => term switch
    {
        Term.Array array => array.Items,
        Term.Set set => set.Items,
        Term.Object obj => obj.Pairs.SelectMany(p => new[] { p.Key, p.Value }),
        _ => [],
    };

    /// <summary>Can a value have both types?</summary>
    private static bool Unifies(RegoType? a, RegoType? b)
    {
        if (TypeRules.Known(a) is null || TypeRules.Known(b) is null)
            return false;
        if (a is RegoType.Any anyA && Unifies(anyA, b!))
            return true;
        if (b is RegoType.Any anyB && Unifies(anyB, a!))
            return true;
        switch (a, b)
        {
            case (RegoType.Any, _) or (_, RegoType.Any):
                return false;
            case (RegoType.Scalar x, RegoType.Scalar y):
                return x.Order == y.Order;
            case (RegoType.Array x, RegoType.Array y):
                return Items(x, y) && Items(y, x) && (x.Rest is null || y.Rest is null || Unifies(x.Rest, y.Rest));
            case (RegoType.Object x, RegoType.Object y):
                return Members(x, y) && Members(y, x) && (x.RestValue is null || y.RestValue is null || Unifies(x.RestValue, y.RestValue));
            case (RegoType.Set x, RegoType.Set y):
                return Unifies(x.Item, y.Item);
            case (RegoType.Function x, RegoType.Function y):
                return x.Arguments.Length == y.Arguments.Length && x.Arguments.Zip(y.Arguments).All(p => Unifies(p.First, p.Second));
            default:
                return false;
        }
    }

    private static bool Unifies(RegoType.Any any, RegoType other) =>
        other is not RegoType.Function && (any.Members.IsEmpty || any.Members.Any(member => Unifies(member, other)));

    private static bool Items(RegoType.Array a, RegoType.Array b)
    {
        for (var i = 0; i < a.Items.Length; i++)
        {
            if (!Unifies(a.Items[i], i < b.Items.Length ? b.Items[i] : b.Rest))
                return false;
        }
        return true;
    }

    private static bool Members(RegoType.Object a, RegoType.Object b) => a.Members.All(member => Unifies(member.Value, TypeRules.Select(b, member.Key)));

    private sealed record TypeProblem(RegoError Error, bool CausedByUnknown);

    /// <summary>Checks closures inside an expression; what is inside a broken one is not looked at again.</summary>
    private sealed class Closures(TypeChecker checker, TypeEnv env) : Visitor
    {
        public List<RegoError> Errors { get; } = [];

        public override void Visit(Expr expr)
        {
            switch (expr.Form)
            {
                case ExprForm.Not not:
                    Errors.AddRange(checker.CheckBody(env, not.Body, out _));
                    break;
                case ExprForm.Logic logic:
                    Errors.AddRange(checker.CheckBody(env, logic.Left, out _));
                    Errors.AddRange(checker.CheckBody(env, logic.Right, out _));
                    break;
                case ExprForm.Every every:
                    Visit(every.Domain);
                    break;
                default:
                    base.Visit(expr);
                    break;
            }
        }

        public override void Visit(Term term)
        {
            if (term is Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension)
                Errors.AddRange(checker.Comprehension(env, term).Errors);
            else
                base.Visit(term);
        }
    }

    /// <summary>Checks the references in an expression, those in comprehensions left out.</summary>
    private sealed class References(TypeChecker checker, TypeEnv env) : Visitor
    {
        public List<RegoError> Errors { get; } = [];

        public override void Visit(Expr expr)
        {
            switch (expr.Form)
            {
                case ExprForm.Call call:
                    foreach (var argument in call.Arguments)
                        Visit(argument);
                    break;
                case ExprForm.Single single:
                    Visit(single.Term);
                    break;
                case ExprForm.Not or ExprForm.Logic:
                    break;
                default:
                    base.Visit(expr);
                    break;
            }
        }

        public override void Visit(Term term)
        {
            switch (term)
            {
                case Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension:
                    return;
                case Term.Ref r:
                    if (env.Get(r) is RegoType.Function function)
                    {
                        Errors.Add(Unsupported(r, r.Path.Length - 1, function));
                        return;
                    }
                    if (CheckRef(env, env.Tree, r, 0) is { } error)
                        Errors.Add(error);
                    break;
            }
            base.Visit(term);
        }

        private RegoError? CheckRef(TypeEnv current, TypeNode node, Term.Ref r, int at)
        {
            while (at < r.Path.Length)
            {
                var key = r.Path[at];
                if (at is 1 or 2 && key is not (Term.Var or Term.String))
                    return Invalid(r, at, env.Get(key), RegoType.String, node.Children.Keys.Select(k => k.ToString()));
                if (key is Term.Var && at != 0)
                {
                    var keys = TypeRules.Keys(TypeEnv.Extent(node));
                    if (env.Get(key) is { } known)
                    {
                        if (!Unifies(keys, known))
                            return Invalid(r, at, known, keys, node.Children.Keys.Select(k => k.ToString()));
                    }
                    else
                    {
                        env.Tree.Put(key, keys);
                    }
                }
                if (node.Child(key) is { } child)
                {
                    if (child.IsLeaf)
                        return CheckLeaf(child.Value, r, at + 1);
                    node = child;
                    at++;
                    continue;
                }
                if (current.Next is not null)
                {
                    current = current.Next;
                    node = current.Tree;
                    at = 0;
                    continue;
                }
                if (r.Head is not Term.Var { Name: "data" or "input" })
                    return CheckLeaf(RegoType.Anything, r, 0);
                if (at == 0)
                    return CheckLeaf(RegoType.Anything, r, 1);
                if (key is Term.Var)
                {
                    foreach (var below in node.Children.Values)
                    {
                        if (below.IsLeaf)
                            CheckLeaf(below.Value, r, at + 1);
                        else
                            CheckRef(current, below, r, at + 1);
                    }
                }
                return null;
            }
            return null;
        }

        private RegoError? CheckLeaf(RegoType? type, Term.Ref r, int at)
        {
            for (; at < r.Path.Length; at++)
            {
                var key = r.Path[at];
                var keys = TypeRules.Keys(type);
                if (keys is null)
                    return Unsupported(r, at - 1, type);
                switch (key)
                {
                    case Term.Var:
                        if (env.Get(key) is not { } known)
                            env.Tree.Put(key, keys);
                        else if (!Unifies(known, keys))
                            return Invalid(r, at, known, keys, OneOf(type));
                        type = TypeRules.Values(type);
                        break;
                    case Term.Ref inner:
                        if (env.Get(inner) is { } exists && !Unifies(exists, keys))
                            return Invalid(r, at, exists, keys, OneOf(type));
                        type = TypeRules.Values(type);
                        break;
                    case Term.Array or Term.Object or Term.Set:
                        if (!checker.Unify(env, key, keys, union: false))
                            return Invalid(r, at, env.Get(key), keys, []);
                        type = TypeRules.Values(type);
                        break;
                    default:
                        if (TypeRules.Select(type, TypeEnv.KeyOf(key)) is not { } child)
                            return Invalid(r, at, null, keys, OneOf(type));
                        type = child;
                        break;
                }
            }
            return null;
        }

        private static IEnumerable<string> OneOf(RegoType? type) => type switch
        {
            RegoType.Object obj => obj.Members.Select(m => m.Key.IsString ? Printer.Quote(m.Key.Text) : m.Key.Text),
            RegoType.Any any => any.Members.SelectMany(OneOf).Distinct(),
            _ => [],
        };

        private RegoError Unsupported(Term.Ref r, int at, RegoType? have)
        {
            var shown = checker.Shown(r);
            var until = new Term.Ref(r.At, r.Path[..Math.Max(1, at + 1)]);
            return new RegoError(RegoErrorCodes.Type, $"undefined ref: {shown}", r.Head.At)
            {
                Details = [shown, new string('^', checker.Shown(until).Length), $"have: {Show(have)}"],
            };
        }

        private RegoError Invalid(Term.Ref r, int at, RegoType? have, RegoType? want, IEnumerable<string> oneOf)
        {
            var shown = checker.Shown(r);
            var pad = new string(' ', checker.Shown(new Term.Ref(r.At, r.Path[..Math.Max(1, at)])).Length + 1);
            var choices = oneOf.Order(StringComparer.Ordinal).ToList();
            return new RegoError(RegoErrorCodes.Type, $"undefined ref: {shown}", r.Head.At)
            {
                Details =
                [
                    shown,
                    pad + "^",
                    have is null ? $"{pad}have: {r.Path[at]}" : $"{pad}have (type): {have}",
                    choices.Count > 0 ? $"{pad}want (one of): [{string.Join(' ', choices)}]" : $"{pad}want (type): {Show(want)}",
                ],
            };
        }
    }
}
