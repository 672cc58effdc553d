namespace Crank.Schema.Compiling;

/// <summary>Which keywords hold schemas, and in what shape.</summary>
internal static class SchemaShape
{
    public static readonly HashSet<string> One = new(StringComparer.Ordinal)
    {
        "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "contentSchema", "unevaluatedItems", "unevaluatedProperties",
    };

    public static readonly HashSet<string> List = new(StringComparer.Ordinal) { "allOf", "anyOf", "oneOf", "prefixItems" };

    public static readonly HashSet<string> Map = new(StringComparer.Ordinal) { "$defs", "properties", "patternProperties", "dependentSchemas" };
}
