using System.Text.Json;

namespace Crank.Schema;

/// <summary>What a compiled schema may cost and which other documents it may refer to. Every limit has a default that fits a hostile sender.</summary>
public sealed record SchemaOptions
{
    /// <summary>The options used when none are given.</summary>
    public static SchemaOptions Default { get; } = new();

    /// <summary>
    /// Documents that <c>$ref</c> may name, by absolute address without a fragment. Nothing is ever fetched: an address that is neither
    /// here, nor an <c>$id</c> of the schema, nor the 2020-12 meta-schema is refused. A document here is only compiled where it is referred to.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Documents { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>
    /// False (default): a keyword that 2020-12 does not know is refused, because it is usually a misspelling. True: it is an annotation, as
    /// JSON Schema Core 2020-12 section 6.5 suggests. Keywords of the standard that are not supported are refused either way.
    /// </summary>
    public bool AllowUnknownKeywords { get; init; }

    /// <summary>Largest schema text in bytes, each document by itself. Default 1 MiB.</summary>
    public int MaxSchemaBytes { get; init; } = 1 << 20;

    /// <summary>Most subschemas, over all documents. Default 20,000.</summary>
    public int MaxSubschemas { get; init; } = 20_000;

    /// <summary>Deepest nesting of arrays and objects in a schema. Default 128.</summary>
    public int MaxSchemaDepth { get; init; } = 128;

    /// <summary>Longest regular expression in UTF-16 units. Default 4,096.</summary>
    public int MaxPatternLength { get; init; } = 4_096;

    /// <summary>Deepest chain of schemas applied inside one another while validating, and of values inside one another while comparing. Default 512.</summary>
    public int MaxDepth { get; init; } = 512;

    /// <summary>Most schema applications and comparisons in one validation. Default 10 million.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>Most errors that one validation reports; always at least one. Default 32.</summary>
    public int MaxErrors { get; init; } = 32;

    /// <summary>How long one match may take of a regular expression that the linear engine cannot run. Default 2 s.</summary>
    public TimeSpan PatternTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
