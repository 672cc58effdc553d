using Crank.Rego.Builtins.GraphQl;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>GraphQL documents (October 2021) as trees, and whether queries fit schemas. Documents are text or trees made by these builtins.</summary>
internal static class GraphQlBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("graphql.parse_query", 1, true, static (context, a) => Tree(context, Operand.Text(a, 0), GraphQlParser.ParseQuery)),
        new("graphql.parse_schema", 1, true, static (context, a) => Tree(context, Operand.Text(a, 0), GraphQlParser.ParseSchema)),
        new("graphql.parse", 2, true, static (context, a) =>
        {
            try
            {
                var (query, schema) = Valid(context, a[0], a[1]);
                return ArrayValue.Of(query.Root, schema.Root);
            }
            catch (GraphQlException refused)
            {
                throw new BuiltinException(refused.Message);
            }
        }),
        new("graphql.parse_and_verify", 2, true, static (context, a) =>
        {
            try
            {
                var (query, schema) = Valid(context, a[0], a[1]);
                return ArrayValue.Of(true, query.Root, schema.Root);
            }
            catch (Exception refused) when (refused is GraphQlException or BuiltinException)
            {
                return ArrayValue.Of(false, ObjectValue.Empty, ObjectValue.Empty);
            }
        }),
        new("graphql.is_valid", 2, true, static (context, a) =>
        {
            try
            {
                Valid(context, a[0], a[1]);
                return true;
            }
            catch (Exception refused) when (refused is GraphQlException or BuiltinException)
            {
                return false;
            }
        }),
        new("graphql.schema_is_valid", 1, true, static (context, a) =>
        {
            try
            {
                GraphQlSchema.Build(context, Document(context, a[0], 0, GraphQlParser.ParseSchema));
                return true;
            }
            catch (Exception refused) when (refused is GraphQlException or BuiltinException)
            {
                return false;
            }
        }),
    ];

    private static Value Tree(BuiltinContext context, string text, Func<BuiltinContext, string, GraphQlDocument> parse)
    {
        try
        {
            return parse(context, text).Root;
        }
        catch (GraphQlException refused)
        {
            throw new BuiltinException(refused.Message);
        }
    }

    private static (GraphQlDocument Query, GraphQlDocument Schema) Valid(BuiltinContext context, in Value query, in Value schema)
    {
        var queryDocument = Document(context, query, 0, GraphQlParser.ParseQuery);
        var schemaDocument = Document(context, schema, 1, GraphQlParser.ParseSchema);
        QueryValidator.Validate(context, GraphQlSchema.Build(context, schemaDocument), queryDocument);
        return (queryDocument, schemaDocument);
    }

    private static GraphQlDocument Document(BuiltinContext context, in Value value, int index, Func<BuiltinContext, string, GraphQlDocument> parse) => value.Kind switch
    {
        ValueKind.String => parse(context, value.AsString()),
        ValueKind.Object => new(value.AsObject()),
        _ => throw Operand.WrongType(index, value, "string", "object"),
    };
}
