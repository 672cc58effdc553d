using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>Walks nodes from the outside in. What a derived class does not care about is walked through.</summary>
internal abstract class Visitor
{
    public void Visit(Rule rule)
    {
        Visit(rule.Head);
        Visit(rule.Body);
    }

    public void Visit(Head head)
    {
        foreach (var argument in head.Arguments)
            Visit(argument);
        if (head.Key is not null)
            Visit(head.Key);
        if (head.Value is not null)
            Visit(head.Value);
    }

    public virtual void Visit(ImmutableArray<Expr> body)
    {
        foreach (var expr in body)
            Visit(expr);
    }

    public virtual void Visit(Expr expr)
    {
        switch (expr.Form)
        {
            case ExprForm.Single single:
                Visit(single.Term);
                break;
            case ExprForm.Call call:
                Visit(call.Function);
                foreach (var argument in call.Arguments)
                    Visit(argument);
                break;
            case ExprForm.Some some:
                foreach (var symbol in some.Symbols)
                    Visit(symbol);
                break;
            case ExprForm.Every every:
                if (every.Key is not null)
                    Visit(every.Key);
                Visit(every.Value);
                Visit(every.Domain);
                Visit(every.Body);
                break;
            case ExprForm.Not not:
                Visit(not.Body);
                break;
            case ExprForm.Logic logic:
                Visit(logic.Left);
                Visit(logic.Right);
                break;
        }
        foreach (var with in expr.With)
        {
            Visit(with.Target);
            Visit(with.Value);
        }
    }

    public virtual void Visit(Term term)
    {
        switch (term)
        {
            case Term.Ref r:
                foreach (var key in r.Path)
                    Visit(key);
                break;
            case Term.Array array:
                foreach (var item in array.Items)
                    Visit(item);
                break;
            case Term.Set set:
                foreach (var item in set.Items)
                    Visit(item);
                break;
            case Term.Object obj:
                foreach (var (key, value) in obj.Pairs)
                {
                    Visit(key);
                    Visit(value);
                }
                break;
            case Term.Call call:
                Visit(call.Function);
                foreach (var argument in call.Arguments)
                    Visit(argument);
                break;
            case Term.ArrayComprehension c:
                Visit(c.Head);
                Visit(c.Body);
                break;
            case Term.SetComprehension c:
                Visit(c.Head);
                Visit(c.Body);
                break;
            case Term.ObjectComprehension c:
                Visit(c.Key);
                Visit(c.Value);
                Visit(c.Body);
                break;
            case Term.Template template:
                foreach (var part in template.Parts)
                {
                    if (part.Expr is not null)
                        Visit(part.Expr);
                    else
                        Visit(part.Term!);
                }
                break;
        }
    }
}
