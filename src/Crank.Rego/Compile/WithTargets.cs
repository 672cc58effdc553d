using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>Checks what <c>with</c> replaces, and computes values before the expression.</summary>
internal sealed class WithTargets(
    LocalNames names, RuleNode tree, IReadOnlyDictionary<string, FunctionSignature> functions, IReadOnlySet<string> forbidden, Problems problems) : Mapper
{
    public Rule Rewrite(Rule rule) => rule with
    {
        Body = Map(rule.Body),
        Head = rule.Head with
        {
            Key = rule.Head.Key is null ? null : Map(rule.Head.Key),
            Value = rule.Head.Value is null ? null : Map(rule.Head.Value),
        },
    };

    public override ImmutableArray<Expr> Map(ImmutableArray<Expr> body)
    {
        body = base.Map(body);
        if (body.All(expr => expr.With.IsEmpty))
            return body;
        var result = new List<Expr>(body.Length);
        foreach (var expr in body)
        {
            var with = expr.With;
            for (var i = 0; i < with.Length; i++)
            {
                var checkedWith = Check(with[i], out var evaluate);
                if (evaluate)
                {
                    var (equality, variable) = names.Capture(checkedWith.Value);
                    result.Add(equality);
                    checkedWith = checkedWith with { Value = variable };
                }
                with = with.SetItem(i, checkedWith);
            }
            result.Add(expr.With.IsEmpty ? expr : expr with { With = with });
        }
        return Make.Numbered(result);
    }

    private With Check(With with, out bool evaluate)
    {
        evaluate = false;
        if (with.Value is Term.Var v && functions.ContainsKey(v.Name))
            with = with with { Value = new Term.Ref(v.At, [v]) };
        var target = with.Target;
        if (target is Term.Ref { Head: Term.Var { Name: "data" } } data)
        {
            var node = tree;
            for (var i = 0; i < data.Path.Length - 1 && node.Child(data.Path[i]) is { } child; i++)
            {
                if (child.Rules.Count > 0)
                {
                    problems.Add(RegoErrorCodes.Compile, target.At, "with keyword cannot partially replace virtual document(s)");
                    return with;
                }
                node = child;
            }
            if (tree.Find(data) is { } replaced && replaced.Rules.Any(rule => rule.Head.IsFunction) && IsFunctionValue(with.Value))
                return with;
            if (with.Value is Term.Ref value && tree.Find(value) is { } named && named.Rules.Any(rule => rule.Head.IsFunction))
                return with;
        }
        else if (target is Term.Ref { Head: Term.Var { Name: "input" } })
        {
            // Input may always be replaced.
        }
        else if (IsBuiltin(target, out var name))
        {
            if (target is Term.Var builtin)
                with = with with { Target = new Term.Ref(builtin.At, [builtin]) };
            if (WhyNot(functions[name]) is { } why)
            {
                problems.Add(RegoErrorCodes.Compile, target.At, "with keyword replacing built-in function: " + why);
                return with;
            }
            if (IsFunctionValue(with.Value))
                return with;
        }
        else
        {
            problems.Add(RegoErrorCodes.Type, target.At, "with keyword target must reference existing input, data, or a function");
            return with;
        }
        evaluate = Make.NeedsEvaluation(with.Value);
        return with;
    }

    private static string? WhyNot(FunctionSignature function)
    {
        if (function.Name is "eq" or "rego.metadata.chain" or "rego.metadata.rule")
            return $"replacement of \"{function.Name}\" invalid";
        if (function.Name.StartsWith("internal.", StringComparison.Ordinal))
            return $"replacement of internal function \"{function.Name}\" invalid";
        if (function.IsRelation)
            return "target must not be a relation";
        return function.Type.Result is null ? "target must not be a void function" : null;
    }

    private bool IsFunctionValue(Term value) => (value is Term.Ref r && tree.Find(r) is not null) || IsBuiltin(value, out _);

    private bool IsBuiltin(Term term, out string name)
    {
        name = term is Term.Ref or Term.Var ? term.ToString() : "";
        if (name.Length > 0 && forbidden.Contains(name))
            problems.Add(RegoErrorCodes.Compile, term.At, $"with keyword replacing built-in function: target must not be unsafe: \"{name}\"");
        return name.Length > 0 && functions.ContainsKey(name);
    }
}
