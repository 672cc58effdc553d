namespace Crank.Schema;

/// <summary>The keywords of JSON Schema 2020-12, and which of them this engine knows. <c>docs/schema-keywords.md</c> lists the same.</summary>
public static class SchemaKeywords
{
    /// <summary>The only dialect: JSON Schema 2020-12.</summary>
    public const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>Supported whole.</summary>
    public static IReadOnlySet<string> Supported { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "$schema", "$id", "$anchor", "$defs", "$ref", "$comment",
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "type", "enum", "const",
        "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
        "items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
        "minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType", "contentSchema",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
    };

    /// <summary>Of the standard, of an older draft or of a custom dialect, and refused by name.</summary>
    public static IReadOnlySet<string> Unsupported { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "$dynamicRef", "$dynamicAnchor", "$vocabulary", "unevaluatedItems", "unevaluatedProperties",
        "dependencies", "$recursiveRef", "$recursiveAnchor",
    };
}
