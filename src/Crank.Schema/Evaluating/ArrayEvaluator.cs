using System.Text.Json;
using Crank.Schema.Json;

namespace Crank.Schema.Evaluating;

/// <summary>The rules of arrays.</summary>
internal static class ArrayEvaluator
{
    private const int ComparedByPairs = 6;

    public static bool Apply(SchemaNode node, ArrayRules rules, JsonElement value, ref Evaluation run)
    {
        var length = value.GetArrayLength();
        var valid = true;
        if (length < rules.MinItems)
        {
            valid = Sizes.Broken(node, "minItems", rules.MinItems, "item", length, ref run);
        }

        if (length > rules.MaxItems)
        {
            valid = Sizes.Broken(node, "maxItems", rules.MaxItems, "item", length, ref run);
        }

        if (!valid && !run.Collects)
        {
            return false;
        }

        if (rules.Prefix.Length > 0 || rules.Items is not null || rules.Contains is not null)
        {
            valid &= Items(node, rules, value, ref run);
        }

        if (rules.Unique && (valid || run.Collects))
        {
            valid &= Unique(node, value, length, ref run);
        }

        return valid;
    }

    private static bool Items(SchemaNode node, ArrayRules rules, JsonElement value, ref Evaluation run)
    {
        var valid = true;
        var at = 0;
        long contained = 0;
        foreach (var item in value.EnumerateArray())
        {
            if ((at < rules.Prefix.Length ? rules.Prefix[at] : rules.Items) is { } schema)
            {
                run.Descend(at);
                valid &= Evaluator.Apply(schema, item, ref run);
                run.Ascend();
                if (!valid && !run.Collects)
                {
                    return false;
                }
            }

            if (rules.Contains is { } contains && Evaluator.Test(contains, item, ref run))
            {
                contained++;
            }

            at++;
        }

        if (rules.Contains is not null && contained < rules.MinContains)
        {
            valid = Sizes.Broken(node, rules.SaysMinContains ? "minContains" : "contains", rules.MinContains, "item of the kind asked for", contained, ref run);
        }

        if (rules.Contains is not null && contained > rules.MaxContains)
        {
            valid = Sizes.Broken(node, "maxContains", rules.MaxContains, "item of the kind asked for", contained, ref run);
        }

        return valid;
    }

    private static bool Unique(SchemaNode node, JsonElement value, int length, ref Evaluation run)
    {
        var equality = run.Equality();
        var (first, second) = length <= ComparedByPairs ? RepeatedByPairs(value, length, equality) : RepeatedByHash(value, equality);
        if (second > 0 && run.Collects)
        {
            run.Add(node, "uniqueItems", $"must not repeat an item, but items {first} and {second} are equal");
        }

        return second == 0;
    }

    private static (int First, int Second) RepeatedByPairs(JsonElement value, int length, JsonEquality equality)
    {
        for (var second = 1; second < length; second++)
        {
            for (var first = 0; first < second; first++)
            {
                if (equality.Equals(value[first], value[second]))
                {
                    return (first, second);
                }
            }
        }

        return default;
    }

    private static (int First, int Second) RepeatedByHash(JsonElement value, JsonEquality equality)
    {
        var seen = new Dictionary<JsonElement, int>(equality);
        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!seen.TryAdd(item, at))
            {
                return (seen[item], at);
            }

            at++;
        }

        return default;
    }
}
