using System.Collections.Immutable;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;

namespace Crank.Cli.Policy;

/// <summary>The lines of policies that can be reached: where a rule or a condition begins. A default is not reached by itself.</summary>
internal sealed class PolicyLines
{
    private readonly SortedSet<int> _rows = [];

    private PolicyLines()
    {
    }

    /// <summary>The rows of each file, from 1.</summary>
    public static SortedDictionary<string, SortedSet<int>> Of(PolicySet policies)
    {
        var files = new SortedDictionary<string, SortedSet<int>>(StringComparer.Ordinal);
        foreach (var module in policies.Policy.Modules)
        {
            var lines = new PolicyLines();
            foreach (var rule in module.Source.Rules)
            {
                lines.Add(rule);
            }

            files[module.Source.Source.Name] = lines._rows;
        }

        return files;
    }

    private void Add(Rule first)
    {
        for (var rule = first; rule is { IsDefault: false }; rule = rule.Else)
        {
            _rows.Add(rule.Head.At.Row);
            Add([.. rule.Head.Arguments, .. rule.Head.Ref.Path]);
            Add(rule.Head.Key, rule.Head.Value);
            if (!rule.GeneratedBody)
            {
                Add(rule.Body);
            }
        }
    }

    private void Add(ImmutableArray<Expr> body)
    {
        foreach (var expr in body)
        {
            if (expr.Form is not ExprForm.Some { Symbols: [Term.Var, ..] })
            {
                _rows.Add(expr.At.Row);
            }

            Add(expr.Form);
            foreach (var with in expr.With)
            {
                Add(with.Value);
            }
        }
    }

    private void Add(ExprForm form)
    {
        switch (form)
        {
            case ExprForm.Single single:
                Add(single.Term);
                break;
            case ExprForm.Call call:
                Add(call.Arguments.AsSpan());
                break;
            case ExprForm.Some some:
                Add(some.Symbols.AsSpan());
                break;
            case ExprForm.Every every:
                Add(every.Domain);
                Add(every.Body);
                break;
            case ExprForm.Not not:
                Add(not.Body);
                break;
            case ExprForm.Logic logic:
                Add(logic.Left);
                Add(logic.Right);
                break;
        }
    }

    private void Add(params ReadOnlySpan<Term?> terms)
    {
        foreach (var term in terms)
        {
            switch (term)
            {
                case Term.Ref reference:
                    Add(reference.Path.AsSpan());
                    break;
                case Term.Array array:
                    Add(array.Items.AsSpan());
                    break;
                case Term.Set set:
                    Add(set.Items.AsSpan());
                    break;
                case Term.Object obj:
                    foreach (var (key, value) in obj.Pairs)
                    {
                        Add(key, value);
                    }

                    break;
                case Term.Call call:
                    Add(call.Arguments.AsSpan());
                    break;
                case Term.ArrayComprehension c:
                    Add(c.Head);
                    Add(c.Body);
                    break;
                case Term.SetComprehension c:
                    Add(c.Head);
                    Add(c.Body);
                    break;
                case Term.ObjectComprehension c:
                    Add(c.Key, c.Value);
                    Add(c.Body);
                    break;
                case Term.Template template:
                    foreach (var part in template.Parts)
                    {
                        Add(part.Term);
                        Add(part.Expr is { } expr ? [expr] : ImmutableArray<Expr>.Empty);
                    }

                    break;
            }
        }
    }
}
