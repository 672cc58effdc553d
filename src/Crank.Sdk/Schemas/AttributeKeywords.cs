using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Crank.Sdk.Schemas;

/// <summary>Keywords from the attributes of System.ComponentModel.DataAnnotations; one that has no keyword is refused, not ignored.</summary>
internal static class AttributeKeywords
{
    public static void Apply(JsonObject schema, Type type, IEnumerable<Attribute> attributes)
    {
        foreach (var attribute in attributes.OfType<ValidationAttribute>())
        {
            switch (attribute)
            {
                case RangeAttribute range: Bounds(schema, range); break;
                case StringLengthAttribute length: Sizes(schema, type, length.MinimumLength, length.MaximumLength); break;
                case LengthAttribute length: Sizes(schema, type, length.MinimumLength, length.MaximumLength); break;
                case MinLengthAttribute min: Sizes(schema, type, min.Length, null); break;
                case MaxLengthAttribute max: Sizes(schema, type, 0, max.Length); break;
                case RegularExpressionAttribute pattern: schema["pattern"] = $"^(?:{pattern.Pattern})$"; break;
                case RequiredAttribute: break;   // said by the type itself
                default: throw new NotSupportedException($"{attribute.GetType().Name} has no keyword in the schema; use Range, StringLength, Length, MinLength, MaxLength or RegularExpression.");
            }
        }
    }

    private static void Bounds(JsonObject schema, RangeAttribute range)
    {
        schema.Remove("minimum");
        schema.Remove("maximum");
        schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Number(range.Minimum);
        schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Number(range.Maximum);
    }

    private static JsonValue Number(object bound) =>
        bound is double real && real != Math.Truncate(real)
            ? JsonValue.Create(real)
            : JsonValue.Create(Convert.ToDecimal(bound, CultureInfo.InvariantCulture));

    private static void Sizes(JsonObject schema, Type type, int min, int? max)
    {
        var what = type == typeof(string) ? "Length" : "Items";
        if (min > 0) schema["min" + what] = min;
        if (max is { } most) schema["max" + what] = most;
    }
}
