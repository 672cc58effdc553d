using Crank.Rego.Builtins.JsonSchemas;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>JSON Schema of drafts 4, 6 and 7, as OPA reads it. References reach into the schema itself and nowhere else.</summary>
internal static class SchemaBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("json.verify_schema", 1, true, static (context, a) =>
        {
            try
            {
                Document(context, a[0]);
                return ArrayValue.Of(true, Value.Null);
            }
            catch (BuiltinException wrong)
            {
                return ArrayValue.Of(false, $"jsonschema: {wrong.Message}");
            }
        }),
        new("json.match_schema", 2, true, static (context, a) =>
        {
            var document = Json(context, a[0]);
            var result = new SchemaMatcher(context, Document(context, a[1])).Match(document);
            var mismatches = new ArrayBuilder();
            foreach (var (place, type, description) in result.Mismatches)
            {
                var mismatch = new ObjectBuilder();
                mismatch.Set("desc", description);
                mismatch.Set("error", $"{place}: {description}");
                mismatch.Set("field", place);
                mismatch.Set("type", type);
                mismatches.Add(mismatch.ToObject());
            }

            return ArrayValue.Of(result.Matches, mismatches.ToArray());
        }),
    ];

    private static SchemaDocument Document(BuiltinContext context, in Value schema)
    {
        var key = (typeof(SchemaBuiltins), schema);
        if (!context.Cache.TryGetValue(key, out var known))
        {
            context.Cache[key] = known = SchemaDocument.Check(context, Json(context, schema));
        }

        return (SchemaDocument)known;
    }

    // JSON as text or as a value; in a value, sets become arrays and keys become texts.
    private static Value Json(BuiltinContext context, in Value value)
    {
        if (value.TryGetString(out var text))
        {
            context.Charge((text.Length / 16) + 1);
            try
            {
                return JsonIn.Read(text);
            }
            catch (ValueFormatException)
            {
                throw new BuiltinException("invalid JSON string");
            }
        }

        if (value.Kind is not (ValueKind.Object or ValueKind.Array))
        {
            throw new BuiltinException("wrong type, expected string or object");
        }

        var written = JsonOut.Write(value);
        context.Charge((written.Length / 16) + 1);
        return JsonIn.Read(written);
    }
}
