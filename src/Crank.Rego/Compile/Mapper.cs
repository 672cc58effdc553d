using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Rebuilds nodes from mapped children, keeping every node whose children stay the same. Derived classes override what they change.</summary>
internal abstract class Mapper
{
    public virtual Term Map(Term term)
    {
        switch (term)
        {
            case Term.Ref r:
                return MapRef(r);
            case Term.Array array:
                var items = Map(array.Items);
                return items == array.Items ? array : new Term.Array(array.At, items);
            case Term.Set set:
                var members = Map(set.Items);
                return members == set.Items ? set : new Term.Set(set.At, members);
            case Term.Object obj:
                return MapObject(obj);
            case Term.Call call:
                var function = MapFunction(call.Function);
                var arguments = Map(call.Arguments);
                return ReferenceEquals(function, call.Function) && arguments == call.Arguments ? call : new Term.Call(call.At, function, arguments);
            case Term.ArrayComprehension c:
                return MapArray(c);
            case Term.SetComprehension c:
                return MapSet(c);
            case Term.ObjectComprehension c:
                return MapObject(c);
            case Term.Template template:
                return MapTemplate(template);
            default:
                return term;
        }
    }

    public ImmutableArray<Term> Map(ImmutableArray<Term> terms)
    {
        ImmutableArray<Term>.Builder? changed = null;
        for (var i = 0; i < terms.Length; i++)
        {
            var mapped = Map(terms[i]);
            if (changed is null && ReferenceEquals(mapped, terms[i]))
                continue;
            if (changed is null)
            {
                changed = ImmutableArray.CreateBuilder<Term>(terms.Length);
                changed.AddRange(terms.AsSpan()[..i]);
            }
            changed.Add(mapped);
        }
        return changed?.ToImmutable() ?? terms;
    }

    public virtual ImmutableArray<Expr> Map(ImmutableArray<Expr> body)
    {
        ImmutableArray<Expr>.Builder? changed = null;
        for (var i = 0; i < body.Length; i++)
        {
            var mapped = Map(body[i]);
            if (changed is null && ReferenceEquals(mapped, body[i]))
                continue;
            if (changed is null)
            {
                changed = ImmutableArray.CreateBuilder<Expr>(body.Length);
                changed.AddRange(body.AsSpan()[..i]);
            }
            changed.Add(mapped);
        }
        return changed?.ToImmutable() ?? body;
    }

    public virtual Expr Map(Expr expr)
    {
        var form = Map(expr.Form);
        var with = MapWith(expr.With);
        return ReferenceEquals(form, expr.Form) && with == expr.With ? expr : expr with { Form = form, With = with };
    }

    protected virtual Term.Ref MapRef(Term.Ref reference)
    {
        var path = Map(reference.Path);
        return path == reference.Path ? reference : new Term.Ref(reference.At, path);
    }

    /// <summary>Maps the name of a called function.</summary>
    protected virtual Term.Ref MapFunction(Term.Ref function) => MapRef(function);

    protected virtual Term MapArray(Term.ArrayComprehension c)
    {
        var body = Map(c.Body);
        var head = Map(c.Head);
        return ReferenceEquals(head, c.Head) && body == c.Body ? c : new Term.ArrayComprehension(c.At, head, body);
    }

    protected virtual Term MapSet(Term.SetComprehension c)
    {
        var body = Map(c.Body);
        var head = Map(c.Head);
        return ReferenceEquals(head, c.Head) && body == c.Body ? c : new Term.SetComprehension(c.At, head, body);
    }

    protected virtual Term MapObject(Term.ObjectComprehension c)
    {
        var body = Map(c.Body);
        var key = Map(c.Key);
        var value = Map(c.Value);
        return ReferenceEquals(key, c.Key) && ReferenceEquals(value, c.Value) && body == c.Body ? c : new Term.ObjectComprehension(c.At, key, value, body);
    }

    protected virtual Term MapTemplate(Term.Template template)
    {
        var parts = template.Parts.Select(part => part.Expr is null ? part
            : Map(part.Expr) is var mapped && ReferenceEquals(mapped, part.Expr) ? part : new TemplatePart(mapped)).ToImmutableArray();
        return parts.SequenceEqual(template.Parts) ? template : new Term.Template(template.At, parts, template.Raw);
    }

    protected virtual ExprForm Map(ExprForm form)
    {
        switch (form)
        {
            case ExprForm.Single single:
                var term = Map(single.Term);
                return ReferenceEquals(term, single.Term) ? single : new ExprForm.Single(term);
            case ExprForm.Call call:
                var function = MapFunction(call.Function);
                var arguments = Map(call.Arguments);
                return ReferenceEquals(function, call.Function) && arguments == call.Arguments ? call : new ExprForm.Call(function, arguments);
            case ExprForm.Some some:
                var symbols = Map(some.Symbols);
                return symbols == some.Symbols ? some : new ExprForm.Some(some.At, symbols);
            case ExprForm.Every every:
                return MapEvery(every);
            case ExprForm.Not not:
                var inner = MapClosed(not.Body);
                return inner == not.Body ? not : new ExprForm.Not(not.At, inner);
            case ExprForm.Logic logic:
                var left = MapClosed(logic.Left);
                var right = MapClosed(logic.Right);
                return left == logic.Left && right == logic.Right ? logic : new ExprForm.Logic(logic.At, logic.IsOr, left, right);
            default:
                return form;
        }
    }

    /// <summary>Maps a body with variables of its own: of <c>not { }</c>, or an operand of <c>and</c> and <c>or</c>.</summary>
    protected virtual ImmutableArray<Expr> MapClosed(ImmutableArray<Expr> body) => Map(body);

    protected virtual ExprForm MapEvery(ExprForm.Every every)
    {
        var key = every.Key is null ? null : Map(every.Key);
        var value = Map(every.Value);
        var domain = Map(every.Domain);
        var body = Map(every.Body);
        return ReferenceEquals(key, every.Key) && ReferenceEquals(value, every.Value) && ReferenceEquals(domain, every.Domain) && body == every.Body
            ? every
            : new ExprForm.Every(every.At, key, value, domain, body);
    }

    protected ImmutableArray<With> MapWith(ImmutableArray<With> modifiers)
    {
        ImmutableArray<With>.Builder? changed = null;
        for (var i = 0; i < modifiers.Length; i++)
        {
            var mapped = Map(modifiers[i]);
            if (changed is null && ReferenceEquals(mapped, modifiers[i]))
                continue;
            if (changed is null)
            {
                changed = ImmutableArray.CreateBuilder<With>(modifiers.Length);
                changed.AddRange(modifiers.AsSpan()[..i]);
            }
            changed.Add(mapped);
        }
        return changed?.ToImmutable() ?? modifiers;
    }

    protected virtual With Map(With with)
    {
        var target = Map(with.Target);
        var value = Map(with.Value);
        return ReferenceEquals(target, with.Target) && ReferenceEquals(value, with.Value) ? with : with with { Target = target, Value = value };
    }

    private Term.Object MapObject(Term.Object obj)
    {
        ImmutableArray<KeyValuePair<Term, Term>>.Builder? changed = null;
        for (var i = 0; i < obj.Pairs.Length; i++)
        {
            var (key, value) = obj.Pairs[i];
            var mappedKey = Map(key);
            var mappedValue = Map(value);
            if (changed is null && ReferenceEquals(mappedKey, key) && ReferenceEquals(mappedValue, value))
                continue;
            if (changed is null)
            {
                changed = ImmutableArray.CreateBuilder<KeyValuePair<Term, Term>>(obj.Pairs.Length);
                changed.AddRange(obj.Pairs.AsSpan()[..i]);
            }
            changed.Add(new(mappedKey, mappedValue));
        }
        return changed is null ? obj : new Term.Object(obj.At, changed.ToImmutable());
    }
}
