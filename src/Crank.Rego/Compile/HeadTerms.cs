using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Moves what must be computed out of the heads of rules and comprehensions into their bodies.</summary>
internal sealed class HeadTerms(LocalNames names) : Mapper
{
    /// <summary><c>p[input.x]</c> becomes <c>p[a]</c> with <c>a = input.x</c> in the body: names have only constants and variables.</summary>
    public Rule Names(Rule rule)
    {
        var path = rule.Head.Ref.Path;
        var body = rule.Body;
        for (var i = 1; i < path.Length; i++)
        {
            if (path[i] is Term.Var || Make.IsScalar(path[i]))
                continue;
            var (equality, variable) = names.Capture(path[i]);
            path = path.SetItem(i, variable);
            body = body.Add(equality with { Index = body.Length });
        }
        return path == rule.Head.Ref.Path ? rule : rule with { Head = rule.Head with { Ref = new Term.Ref(rule.Head.Ref.At, path) }, Body = body };
    }

    /// <summary>The same for arguments, key and value.</summary>
    public Rule Values(Rule rule)
    {
        var body = rule.Body;
        var head = rule.Head;
        var key = Moved(head.Key, ref body);
        var value = Moved(head.Value, ref body);
        var arguments = head.Arguments;
        for (var i = 0; i < arguments.Length; i++)
            arguments = arguments.SetItem(i, Moved(arguments[i], ref body)!);
        return body == rule.Body ? rule : rule with { Body = body, Head = head with { Key = key, Value = value, Arguments = arguments } };
    }

    /// <summary>The same for comprehensions, wherever they are.</summary>
    public Rule Comprehensions(Rule rule) => rule with
    {
        Body = Map(rule.Body),
        Head = rule.Head with
        {
            Key = rule.Head.Key is null ? null : Map(rule.Head.Key),
            Value = rule.Head.Value is null ? null : Map(rule.Head.Value),
            Arguments = Map(rule.Head.Arguments),
        },
    };

    private Term? Moved(Term? term, ref ImmutableArray<Expr> body)
    {
        if (!Make.NeedsEvaluation(term))
            return term;
        var (equality, variable) = names.Capture(term!);
        body = body.Add(equality with { Index = body.Length });
        return variable;
    }

    protected override Term MapArray(Term.ArrayComprehension c)
    {
        var body = Map(c.Body);
        var head = Moved(Map(c.Head), ref body)!;
        return new Term.ArrayComprehension(c.At, head, body);
    }

    protected override Term MapSet(Term.SetComprehension c)
    {
        var body = Map(c.Body);
        var head = Moved(Map(c.Head), ref body)!;
        return new Term.SetComprehension(c.At, head, body);
    }

    protected override Term MapObject(Term.ObjectComprehension c)
    {
        var body = Map(c.Body);
        var key = Moved(Map(c.Key), ref body)!;
        var value = Moved(Map(c.Value), ref body)!;
        return new Term.ObjectComprehension(c.At, key, value, body);
    }
}
