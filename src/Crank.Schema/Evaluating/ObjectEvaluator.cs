using System.Text.Json;
using Crank.Schema.Json;

namespace Crank.Schema.Evaluating;

/// <summary>The rules of objects, in one walk over the members. A name that occurs twice is checked and counted twice.</summary>
internal static class ObjectEvaluator
{
    private const int StackWords = 16;

    public static bool Apply(SchemaNode node, ObjectRules rules, JsonElement value, ref Evaluation run)
    {
        var words = (rules.NoticedNames + 63) / 64;
        Span<ulong> noticed = words <= StackWords ? stackalloc ulong[words] : new ulong[words];
        noticed.Clear();

        var valid = true;
        long count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            valid &= Member(node, rules, member, noticed, ref run);
            if (!valid && !run.Collects)
            {
                return false;
            }
        }

        if (count < rules.MinProperties)
        {
            valid = Sizes.Broken(node, "minProperties", rules.MinProperties, "member", count, ref run);
        }

        if (count > rules.MaxProperties)
        {
            valid = Sizes.Broken(node, "maxProperties", rules.MaxProperties, "member", count, ref run);
        }

        foreach (var (name, bit) in rules.Required)
        {
            if (!Has(noticed, bit))
            {
                valid = Missing(node, "required", name, null, ref run);
            }
        }

        foreach (var dependent in rules.Dependents)
        {
            if (Has(noticed, dependent.Bit) && (valid || run.Collects))
            {
                valid &= Dependent(node, dependent, value, noticed, ref run);
            }
        }

        return valid;
    }

    private static bool Member(SchemaNode node, ObjectRules rules, JsonProperty member, Span<ulong> noticed, ref Evaluation run)
    {
        var raw = JsonText.RawName(member);
        var buffer = raw.Length <= JsonText.StackChars ? stackalloc char[JsonText.StackChars] : new char[raw.Length];
        var name = buffer[..JsonText.Decode(raw, buffer)];
        var valid = true;
        var evaluated = false;
        run.Step();
        run.Descend(run.Collects ? name.ToString() : null);

        if (rules.Lookup.TryGetValue(name, out var rule))
        {
            if (rule.Bit >= 0)
            {
                noticed[rule.Bit / 64] |= 1UL << (rule.Bit % 64);
            }

            if (rule.Schema is { } schema)
            {
                evaluated = true;
                valid &= Evaluator.Apply(schema, member.Value, ref run);
            }
        }

        foreach (var (pattern, schema) in rules.Patterns)
        {
            if ((valid || run.Collects) && Evaluator.Matches(pattern, name, ref run))
            {
                evaluated = true;
                valid &= Evaluator.Apply(schema, member.Value, ref run);
            }
        }

        if (!evaluated && rules.Additional is { } additional && (valid || run.Collects))
        {
            valid &= Additional(node, rules, additional, name, member.Value, ref run);
        }

        if (rules.Names is { } names && (valid || run.Collects))
        {
            valid &= Name(node, names, name, ref run);
        }

        run.Ascend();
        return valid;
    }

    private static bool Additional(SchemaNode node, ObjectRules rules, SchemaNode additional, ReadOnlySpan<char> name, JsonElement value, ref Evaluation run)
    {
        if (additional.Always != false)
        {
            return Evaluator.Apply(additional, value, ref run);
        }

        if (run.Collects)
        {
            run.Add(node, "additionalProperties", Found.Unknown(name.ToString(), rules.KnownNames));
        }

        return false;
    }

    private static bool Name(SchemaNode node, SchemaNode names, ReadOnlySpan<char> name, ref Evaluation run)
    {
        var element = JsonText.ToElement(name);
        if (Evaluator.Test(names, element, ref run))
        {
            return true;
        }

        if (run.Collects)
        {
            run.Add(node, "propertyNames", $"the name {Found.Show(element)} is not allowed here");
            Evaluator.Apply(names, element, ref run);
        }

        return false;
    }

    private static bool Dependent(SchemaNode node, Dependent dependent, JsonElement value, Span<ulong> noticed, ref Evaluation run)
    {
        var valid = true;
        foreach (var (name, bit) in dependent.Names)
        {
            if (!Has(noticed, bit))
            {
                valid = Missing(node, "dependentRequired", name, dependent.Name, ref run);
            }
        }

        return dependent.Schema is null ? valid : valid & Evaluator.Apply(dependent.Schema, value, ref run);
    }

    private static bool Missing(SchemaNode node, string keyword, string name, string? because, ref Evaluation run)
    {
        if (run.Collects)
        {
            run.Add(node, keyword, because is null ? $"'{name}' is required and missing" : $"'{name}' is required where '{because}' is given, and missing");
        }

        return false;
    }

    private static bool Has(ReadOnlySpan<ulong> noticed, int bit) => (noticed[bit / 64] & (1UL << (bit % 64))) != 0;
}
