using System.Text;
using System.Text.Json;
using Crank.Schema.Compiling;
using Crank.Schema.Evaluating;

namespace Crank.Schema;

/// <summary>
/// A compiled JSON Schema 2020-12: immutable, safe from any thread. Keywords that are not supported are refused when compiling, by name
/// (<see cref="SchemaKeywords"/>). <c>format</c> and the <c>content…</c> keywords are annotations.
/// </summary>
/// <remarks>
/// Numbers are compared by value and without loss, strings by code point, objects without order. A schema that writes a name twice is
/// refused; in a value, every occurrence is checked and counted, so that none can hide behind another. To refuse such values, parse them
/// with <see cref="JsonDocumentOptions.AllowDuplicateProperties"/> off.
/// </remarks>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly SchemaOptions _options;

    private JsonSchema(SchemaNode root, SchemaOptions options)
    {
        _root = root;
        _options = options;
    }

    /// <summary>Compiles a schema; the element's document may be disposed afterwards.</summary>
    /// <exception cref="SchemaException">The schema is malformed, too large, endless or uses what is not supported.</exception>
    public static JsonSchema Compile(JsonElement schema, SchemaOptions? options = null)
    {
        options ??= SchemaOptions.Default;
        return new(SchemaCompiler.Compile(schema.Clone(), options), options);
    }

    /// <summary>Compiles a schema from UTF-8 text.</summary>
    /// <exception cref="SchemaException">As for an element; also when the text is not JSON.</exception>
    public static JsonSchema Compile(ReadOnlySpan<byte> utf8, SchemaOptions? options = null)
    {
        options ??= SchemaOptions.Default;
        if (utf8.Length > options.MaxSchemaBytes)
        {
            throw new SchemaException("", "", $"the schema has {utf8.Length} bytes, at most {options.MaxSchemaBytes} are allowed");
        }

        try
        {
            return new(SchemaCompiler.Compile(JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = options.MaxSchemaDepth }), options), options);
        }
        catch (JsonException broken)
        {
            throw new SchemaException("", "", $"the schema is not JSON: {broken.Message}");
        }
    }

    /// <summary>Compiles a schema from text.</summary>
    /// <exception cref="SchemaException">As for an element; also when the text is not JSON.</exception>
    public static JsonSchema Compile(string json, SchemaOptions? options = null) => Compile(Encoding.UTF8.GetBytes(json), options);

    /// <summary>True when the value satisfies the schema: the quick answer, which stops at the first error. Agrees with <see cref="Validate"/>.</summary>
    public bool IsValid(JsonElement value)
    {
        try
        {
            var run = new Evaluation(_options, collect: false);
            return Evaluator.Apply(_root, value, ref run);
        }
        catch (SchemaLimitException)
        {
            return false;
        }
    }

    /// <summary>Validates and says what is wrong. A value that costs more than the options allow is not valid, with the keyword <c>limits</c>.</summary>
    public SchemaResult Validate(JsonElement value)
    {
        var run = new Evaluation(_options, collect: false);
        try
        {
            if (Evaluator.Apply(_root, value, ref run))
            {
                return SchemaResult.Valid;
            }
        }
        catch (SchemaLimitException limit)
        {
            return new([Limit(limit)], true);
        }

        run = new Evaluation(_options, collect: true);
        var errors = run.Errors!;
        try
        {
            Evaluator.Apply(_root, value, ref run);
        }
        catch (SchemaLimitException limit)
        {
            return new([.. errors, Limit(limit)], true);
        }

        return new(errors, run.Truncated);
    }

    private SchemaError Limit(SchemaLimitException limit) => new("", _root.Location, "limits", limit.Message);
}
