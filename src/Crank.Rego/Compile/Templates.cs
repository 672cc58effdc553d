using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>
/// Turns template strings into calls of <c>internal.template_string</c>: each expression becomes a set comprehension, which is empty
/// when the expression is undefined.
/// </summary>
internal sealed class Templates : Mapper
{
    private readonly LocalNames _names;
    private readonly Safety _safety;
    private readonly IReadOnlyDictionary<string, FunctionSignature> _functions;
    private readonly IReadOnlyDictionary<string, string> _originals;
    private readonly Problems _problems;
    private HashSet<string> _safe;

    private Templates(
        LocalNames names, Func<Term.Ref, int> arity, IReadOnlyDictionary<string, FunctionSignature> functions,
        IReadOnlyDictionary<string, string> originals, Problems problems, HashSet<string> safe)
    {
        _names = names;
        _safety = new Safety(arity);
        _functions = functions;
        _originals = originals;
        _problems = problems;
        _safe = safe;
    }

    public static void Rewrite(
        Unit unit, LocalNames names, Func<Term.Ref, int> arity, IReadOnlyDictionary<string, FunctionSignature> functions,
        IReadOnlyDictionary<string, string> originals, Problems problems)
    {
        unit.Map(rule =>
        {
            var safe = VarsIn.Terms(rule.Head.Arguments);
            safe.UnionWith(Safety.Roots());
            var templates = new Templates(names, arity, functions, originals, problems, safe);
            safe.UnionWith(templates._safety.OutputsOf(rule.Body, safe));
            return rule with
            {
                Body = templates.Map(rule.Body),
                Head = rule.Head with
                {
                    Arguments = templates.Map(rule.Head.Arguments),
                    Key = rule.Head.Key is null ? null : templates.Map(rule.Head.Key),
                    Value = rule.Head.Value is null ? null : templates.Map(rule.Head.Value),
                },
            };
        });
    }

    public static ImmutableArray<Expr> Rewrite(
        ImmutableArray<Expr> query, LocalNames names, Func<Term.Ref, int> arity, IReadOnlyDictionary<string, FunctionSignature> functions,
        IReadOnlyDictionary<string, string> originals, Problems problems)
    {
        var safe = Safety.Roots();
        var templates = new Templates(names, arity, functions, originals, problems, safe);
        safe.UnionWith(templates._safety.OutputsOf(query, safe));
        return templates.Map(query);
    }

    protected override Term MapTemplate(Term.Template template)
    {
        var parts = ImmutableArray.CreateBuilder<Term>();
        if (template.Parts.IsEmpty)
            parts.Add(new Term.String(template.At, ""));
        foreach (var part in template.Parts)
        {
            if (part.Term is not null)
                parts.Add(part.Term);
            else if (Captured(part.Expr!) is { } captured)
                parts.Add(captured);
        }
        return new Term.Call(template.At, Terms.Function(template.At, "internal.template_string"), [new Term.Array(template.At, parts.ToImmutable())]);
    }

    private Term.SetComprehension? Captured(Expr expr)
    {
        Term term;
        switch (expr.Form)
        {
            case ExprForm.Call call:
                if (_functions.TryGetValue(call.Name, out var function) && function.IsRelation)
                {
                    _problems.Add(RegoErrorCodes.Compile, expr.At, $"illegal call to relation built-in '{call.Name}' that may cause multiple outputs");
                    return null;
                }
                term = new Term.Call(expr.At, call.Function, call.Arguments);
                break;
            case ExprForm.Single single:
                term = single.Term;
                break;
            default:
                _problems.Add(RegoErrorCodes.Compile, expr.At, "unexpected template-string expression type");
                return null;
        }
        foreach (var name in VarsIn.Term(term, VarScope.Safety).Order(StringComparer.Ordinal))
        {
            if (!_safe.Contains(name))
                _problems.Add(RegoErrorCodes.Compile, term.At, $"var {_originals.GetValueOrDefault(name, name)} is undeclared");
        }
        var value = _names.NextVar(term.At);
        var capture = Make.Equality(term.At, value, Map(term)) with { With = MapWith(expr.With) };
        return new Term.SetComprehension(term.At, value, [capture]);
    }

    protected override Term MapArray(Term.ArrayComprehension c) => Within(c.Body, [], () => base.MapArray(c));

    protected override Term MapSet(Term.SetComprehension c) => Within(c.Body, [], () => base.MapSet(c));

    protected override Term MapObject(Term.ObjectComprehension c) => Within(c.Body, [], () => base.MapObject(c));

    protected override ImmutableArray<Expr> MapClosed(ImmutableArray<Expr> body) => Within(body, [], () => base.MapClosed(body));

    protected override ExprForm MapEvery(ExprForm.Every every)
    {
        var own = VarsIn.Term(every.Key);
        VarsIn.Add(own, every.Value, VarScope.All);
        return Within(every.Body, own, () => base.MapEvery(every));
    }

    private T Within<T>(ImmutableArray<Expr> body, HashSet<string> own, Func<T> map)
    {
        var outer = _safe;
        _safe = [.. outer, .. own];
        _safe.UnionWith(_safety.OutputsOf(body, _safe));
        var mapped = map();
        _safe = outer;
        return mapped;
    }
}
