using System.Collections.Immutable;
using System.Text;
using Crank.Rego.Values;

namespace Crank.Rego.Syntax;

/// <summary>
/// Nodes as values in the shapes of OPA's AST JSON (OPA 1.19, <c>opa parse --format json</c> without locations), as
/// <c>rego.parse_module</c> gives them. The forms that OPA still calls experimental, <c>not { }</c>, <c>and</c> and <c>or</c>, are written
/// <c>{"not": body}</c>, <c>{"and": [body, body]}</c> and <c>{"or": [body, body]}</c>.
/// </summary>
public static class AstValue
{
    /// <summary>A module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="annotations">Whether to show its metadata blocks.</param>
    public static Value Of(Module module, bool annotations = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        var value = new ObjectBuilder();
        var package = new ObjectBuilder();
        package.Set("path", Path(module.Package.Path.Path));
        value.Set("package", package.ToObject());
        if (!module.Imports.IsEmpty)
            value.Set("imports", List(module.Imports, Of));
        if (!module.Rules.IsEmpty)
            value.Set("rules", List(module.Rules, rule => Of(rule, annotations)));
        if (annotations && !module.Annotations.IsEmpty)
            value.Set("annotations", List(module.Annotations, Of));
        if (!module.Comments.IsEmpty)
            value.Set("comments", List(module.Comments, Of));
        return value.ToObject();
    }

    /// <summary>A term: its kind and value.</summary>
    public static Value Of(Term term)
    {
        ArgumentNullException.ThrowIfNull(term);
        var value = new ObjectBuilder();
        value.Set("type", term.Kind);
        value.Set("value", Inner(term));
        return value.ToObject();
    }

    /// <summary>A body.</summary>
    public static Value Of(ImmutableArray<Expr> body) => List(body, Of);

    private static Value Inner(Term term)
    {
        switch (term)
        {
            case Term.Null:
                return ObjectValue.Empty;
            case Term.Boolean b:
                return b.Value;
            case Term.Number n:
                return Value.Number(n.Text.StartsWith('.') ? "0" + n.Text : n.Text.StartsWith("-.", StringComparison.Ordinal) ? "-0" + n.Text[1..] : n.Text);
            case Term.String s:
                return s.Value;
            case Term.Var v:
                return v.Name;
            case Term.Ref r:
                return Path(r.Path);
            case Term.Array array:
                return List(array.Items, Of);
            case Term.Set set:
                return List(set.Items.Distinct(TermComparer.Instance).Order(TermOrder.Instance), Of);
            case Term.Object obj:
                var members = new Dictionary<Term, Term>(TermComparer.Instance);
                foreach (var (key, member) in obj.Pairs)
                    members[key] = member;
                return List(members.OrderBy(m => m.Key, TermOrder.Instance), m => ArrayValue.Of(Of(m.Key), Of(m.Value)));
            case Term.Call call:
                return List([call.Function, .. call.Arguments], Of);
            case Term.ArrayComprehension c:
                return Comprehension(c.Head, c.Body);
            case Term.SetComprehension c:
                return Comprehension(c.Head, c.Body);
            case Term.ObjectComprehension c:
                var value = new ObjectBuilder();
                value.Set("key", Of(c.Key));
                value.Set("value", Of(c.Value));
                value.Set("body", Of(c.Body));
                return value.ToObject();
            default:
                var template = (Term.Template)term;
                var parts = new ObjectBuilder();
                parts.Set("parts", List(template.Parts, part => part.Term is not null ? Of(part.Term) : Of(part.Expr!)));
                parts.Set("multi_line", template.Raw);
                return parts.ToObject();
        }
    }

    private static Value Comprehension(Term head, ImmutableArray<Expr> body)
    {
        var value = new ObjectBuilder();
        value.Set("term", Of(head));
        value.Set("body", Of(body));
        return value.ToObject();
    }

    private static Value Path(ImmutableArray<Term> path) => List(path, Of);

    private static Value List<T>(IEnumerable<T> items, Func<T, Value> map)
    {
        var list = new ArrayBuilder();
        foreach (var item in items)
            list.Add(map(item));
        return list.ToArray();
    }

    private static Value Of(Import import)
    {
        var value = new ObjectBuilder();
        value.Set("path", Of((Term)import.Path));
        if (import.Alias is not null)
            value.Set("alias", import.Alias);
        return value.ToObject();
    }

    private static Value Of(Comment comment)
    {
        var at = new ObjectBuilder();
        at.Set("file", comment.At.File);
        at.Set("row", comment.At.Row);
        at.Set("col", comment.At.Column);
        var value = new ObjectBuilder();
        value.Set("Text", Convert.ToBase64String(Encoding.UTF8.GetBytes(comment.Text)));
        value.Set("Location", at.ToObject());
        return value.ToObject();
    }

    private static Value Of(Annotation annotation) => JsonIn.Read(annotation.ToJson().ToJsonString());

    private static Value Of(Rule rule, bool annotations)
    {
        var chain = new List<Rule>();
        for (var branch = rule; branch is not null; branch = branch.Else)
            chain.Add(branch);
        Value value = default;
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var made = new ObjectBuilder();
            made.Set("head", Of(chain[i]));
            made.Set("body", Of(chain[i].Body));
            if (chain[i].IsDefault)
                made.Set("default", true);
            if (value.IsDefined)
                made.Set("else", value);
            if (annotations && !chain[i].Annotations.IsEmpty)
                made.Set("annotations", List(chain[i].Annotations, Of));
            value = made.ToObject();
        }
        return value;
    }

    /// <summary>A head; rules of one key have a name and a key besides their reference, as in older versions of the language.</summary>
    private static Value Of(Rule rule)
    {
        var head = rule.Head;
        var value = new ObjectBuilder();
        var path = head.Ref.Path;
        var isKeyed = path.Length == 2 && !head.IsFunction && !head.IsPartialSet && !rule.IsDefault
            && (rule.GeneratedBody || path[1] is Term.Ref || !Terms.IsGround(path[1]));
        if (path.Length == 1 || (isKeyed && !head.GeneratedValue))
            value.Set("name", ((Term.Var)path[0]).Name);
        value.Set("ref", Path(path));
        if (!head.Arguments.IsEmpty)
            value.Set("args", List(head.Arguments, Of));
        if (head.Assign)
            value.Set("assign", true);
        if ((head.Key ?? (isKeyed ? path[1] : null)) is { } key)
            value.Set("key", Of(key));
        if (head.Value is not null)
            value.Set("value", Of(head.Value));
        return value.ToObject();
    }

    private static Value Of(Expr expr)
    {
        var value = new ObjectBuilder();
        value.Set("index", expr.Index);
        value.Set("terms", Of(expr.Form));
        if (expr.Negated)
            value.Set("negated", true);
        if (expr.Generated)
            value.Set("generated", true);
        if (!expr.With.IsEmpty)
        {
            value.Set("with", List(expr.With, with =>
            {
                var made = new ObjectBuilder();
                made.Set("target", Of(with.Target));
                made.Set("value", Of(with.Value));
                return made.ToObject();
            }));
        }
        return value.ToObject();
    }

    private static Value Of(ExprForm form)
    {
        var value = new ObjectBuilder();
        switch (form)
        {
            case ExprForm.Single single:
                return Of(single.Term);
            case ExprForm.Call call:
                return List([call.Function, .. call.Arguments], Of);
            case ExprForm.Some some:
                value.Set("symbols", List(some.Symbols, Of));
                break;
            case ExprForm.Every every:
                value.Set("key", every.Key is null ? Value.Null : Of(every.Key));
                value.Set("value", Of(every.Value));
                value.Set("domain", Of(every.Domain));
                value.Set("body", Of(every.Body));
                break;
            case ExprForm.Not not:
                value.Set("not", Of(not.Body));
                break;
            case ExprForm.Logic logic:
                value.Set(logic.IsOr ? "or" : "and", ArrayValue.Of(Of(logic.Left), Of(logic.Right)));
                break;
        }
        return value.ToObject();
    }
}
