using System.Text.Json;

namespace Crank.Schema.Tests;

internal static class Json
{
    public static JsonElement Of(string text, int depth = 64) => JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = depth });

    public static bool Fits(string schema, string value) => JsonSchema.Compile(schema).IsValid(Of(value));

    public static SchemaException Refusal(string schema, SchemaOptions? options = null) =>
        Assert.Throws<SchemaException>(() => JsonSchema.Compile(schema, options));

    public static SchemaError Error(string schema, string value) => Assert.Single(JsonSchema.Compile(schema).Validate(Of(value)).Errors);
}
