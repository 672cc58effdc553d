using System.Text.Json;

namespace Crank.Schema.Evaluating;

/// <summary>The rules that apply other schemas to the same value.</summary>
internal static class InPlaceEvaluator
{
    public static bool Apply(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        var valid = node.Ref is null || Evaluator.Apply(node.Ref, value, ref run);
        foreach (var part in node.AllOf ?? [])
        {
            if (valid || run.Collects)
            {
                valid &= Evaluator.Apply(part, value, ref run);
            }
        }

        if (node.AnyOf is not null && (valid || run.Collects))
        {
            valid &= AnyOf(node, node.AnyOf, value, ref run);
        }

        if (node.OneOf is not null && (valid || run.Collects))
        {
            valid &= OneOf(node, node.OneOf, value, ref run);
        }

        if (node.Not is not null && (valid || run.Collects) && Evaluator.Test(node.Not, value, ref run))
        {
            valid = false;
            if (run.Collects)
            {
                run.Add(node, "not", $"must not be what the schema under 'not' describes, but is {Found.Describe(value)}");
            }
        }

        if (node.If is not null && (valid || run.Collects))
        {
            var branch = Evaluator.Test(node.If, value, ref run) ? node.Then : node.Else;
            valid &= branch is null || Evaluator.Apply(branch, value, ref run);
        }

        return valid;
    }

    private static bool AnyOf(SchemaNode node, SchemaNode[] branches, JsonElement value, ref Evaluation run)
    {
        foreach (var branch in branches)
        {
            if (Evaluator.Test(branch, value, ref run))
            {
                return true;
            }
        }

        return NoneFits(node, "anyOf", branches, value, ref run);
    }

    private static bool OneOf(SchemaNode node, SchemaNode[] branches, JsonElement value, ref Evaluation run)
    {
        var first = -1;
        for (var i = 0; i < branches.Length; i++)
        {
            if (!Evaluator.Test(branches[i], value, ref run))
            {
                continue;
            }

            if (first >= 0)
            {
                if (run.Collects)
                {
                    run.Add(node, "oneOf", $"must fit exactly one of {branches.Length} forms, but fits numbers {first} and {i}");
                }

                return false;
            }

            first = i;
        }

        return first >= 0 || NoneFits(node, "oneOf", branches, value, ref run);
    }

    /// <summary>Says so, and what the form that comes nearest (fewest errors) is missing.</summary>
    private static bool NoneFits(SchemaNode node, string keyword, SchemaNode[] branches, JsonElement value, ref Evaluation run)
    {
        if (!run.Collects)
        {
            return false;
        }

        run.Add(node, keyword, $"must fit {(keyword == "oneOf" ? "exactly" : "at least")} one of {branches.Length} forms, but fits none");
        var errors = run.Errors;
        List<SchemaError>? nearest = null;
        foreach (var branch in branches)
        {
            var missing = new List<SchemaError>();
            run.Errors = missing;
            Evaluator.Apply(branch, value, ref run);
            if (nearest is null || missing.Count < nearest.Count)
            {
                nearest = missing;
            }
        }

        run.Errors = errors;
        run.Add(nearest ?? []);
        return false;
    }
}
