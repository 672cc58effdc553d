using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Crank.Schema.Json;
using Crank.Schema.Patterns;

namespace Crank.Schema.Evaluating;

/// <summary>Applies compiled schemas to values. The same code answers yes or no and collects errors, so the two cannot disagree.</summary>
internal static class Evaluator
{
    public static bool Apply(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        run.Enter();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SchemaLimitException("schemas are applied too deep inside one another");
        }

        var valid = node.Always is { } always ? Constant(node, always, ref run) : Rules(node, value, ref run);
        run.Leave();
        return valid;
    }

    /// <summary>Applies a schema whose errors nobody will read.</summary>
    public static bool Test(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        var errors = run.Errors;
        run.Errors = null;
        var valid = Apply(node, value, ref run);
        run.Errors = errors;
        return valid;
    }

    /// <summary>The pattern's answer for a text; half a surrogate pair counts as U+FFFD.</summary>
    public static bool Matches(SchemaPattern pattern, Span<char> text, ref Evaluation run)
    {
        run.Step();
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else
            {
                text[i] = '\uFFFD';
            }
        }

        return pattern.IsMatch(text);
    }

    private static bool Constant(SchemaNode node, bool always, ref Evaluation run)
    {
        if (!always && run.Collects)
        {
            run.Add(node, "false", "no value is allowed here");
        }

        return always;
    }

    private static bool Rules(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        var valid = Types(node, value, ref run);
        if (valid || run.Collects)
        {
            valid &= Values(node, value, ref run);
        }

        if (valid || run.Collects)
        {
            valid &= value.ValueKind switch
            {
                JsonValueKind.Number when node.Numbers is { } numbers => Number(node, numbers, value, ref run),
                JsonValueKind.String when node.Texts is { } texts => Text(node, texts, value, ref run),
                JsonValueKind.Array when node.Arrays is { } arrays => ArrayEvaluator.Apply(node, arrays, value, ref run),
                JsonValueKind.Object when node.Objects is { } objects => ObjectEvaluator.Apply(node, objects, value, ref run),
                _ => true,
            };
        }

        if (valid || run.Collects)
        {
            valid &= InPlaceEvaluator.Apply(node, value, ref run);
        }

        return valid;
    }

    private static bool Types(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        if (node.Types == JsonTypes.None || (node.Types & JsonTypeNames.Of(value.ValueKind)) != JsonTypes.None)
        {
            return true;
        }

        if (node.Types.HasFlag(JsonTypes.Integer) && value.ValueKind == JsonValueKind.Number && JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(value)).IsInteger)
        {
            return true;
        }

        if (run.Collects)
        {
            run.Add(node, "type", $"must be {JsonTypeNames.Describe(node.Types)}, but is {Found.Describe(value)}");
        }

        return false;
    }

    private static bool Values(SchemaNode node, JsonElement value, ref Evaluation run)
    {
        var valid = true;
        if (node.Const is { } only && !run.Equality().Equals(only, value))
        {
            valid = false;
            if (run.Collects)
            {
                run.Add(node, "const", $"must be {Found.Show(only)}, but is {Found.Describe(value)}");
            }
        }

        if (node.Enum is { } choices)
        {
            var equality = run.Equality();
            foreach (var choice in choices)
            {
                run.Step();
                if (equality.Equals(choice, value))
                {
                    return valid;
                }
            }

            valid = false;
            if (run.Collects)
            {
                run.Add(node, "enum", Found.NotAmong(choices, value));
            }
        }

        return valid;
    }

    private static bool Number(SchemaNode node, NumberRules rules, JsonElement value, ref Evaluation run)
    {
        var number = JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(value));
        var valid = true;
        if (rules.Minimum is { } minimum && number.CompareTo(minimum) < 0)
        {
            valid = Broken(node, "minimum", "must be at least", minimum, value, ref run);
        }

        if (rules.Maximum is { } maximum && number.CompareTo(maximum) > 0)
        {
            valid = Broken(node, "maximum", "must be at most", maximum, value, ref run);
        }

        if (rules.ExclusiveMinimum is { } above && number.CompareTo(above) <= 0)
        {
            valid = Broken(node, "exclusiveMinimum", "must be more than", above, value, ref run);
        }

        if (rules.ExclusiveMaximum is { } below && number.CompareTo(below) >= 0)
        {
            valid = Broken(node, "exclusiveMaximum", "must be less than", below, value, ref run);
        }

        if (rules.MultipleOf is { } unit && !number.IsMultipleOf(unit))
        {
            valid = Broken(node, "multipleOf", "must be a multiple of", unit, value, ref run);
        }

        return valid;
    }

    private static bool Broken(SchemaNode node, string keyword, string rule, JsonNumber bound, JsonElement value, ref Evaluation run)
    {
        if (run.Collects)
        {
            run.Add(node, keyword, $"{rule} {bound}, but is {Found.Show(value)}");
        }

        return false;
    }

    private static bool Text(SchemaNode node, TextRules rules, JsonElement value, ref Evaluation run)
    {
        var raw = JsonText.Raw(value);
        var valid = true;
        if (rules.MinLength > 0 || rules.MaxLength < long.MaxValue)
        {
            var length = JsonText.CodePoints(raw);
            if (length < rules.MinLength)
            {
                valid = Sizes.Broken(node, "minLength", rules.MinLength, "character", length, ref run);
            }

            if (length > rules.MaxLength)
            {
                valid = Sizes.Broken(node, "maxLength", rules.MaxLength, "character", length, ref run);
            }
        }

        if (rules.Pattern is { } pattern && (valid || run.Collects))
        {
            var buffer = raw.Length <= JsonText.StackChars ? stackalloc char[JsonText.StackChars] : new char[raw.Length];
            if (!Matches(pattern, buffer[..JsonText.Decode(raw, buffer)], ref run))
            {
                valid = false;
                if (run.Collects)
                {
                    run.Add(node, "pattern", $"must match the pattern '{pattern.Source}', but is {Found.Show(value)}");
                }
            }
        }

        return valid;
    }
}
