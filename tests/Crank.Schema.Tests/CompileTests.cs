namespace Crank.Schema.Tests;

public sealed class CompileTests
{
    [Theory]
    [InlineData("unevaluatedProperties")]
    [InlineData("$dynamicRef")]
    [InlineData("dependencies")]
    public void A_keyword_that_is_not_supported_is_refused_by_name_even_where_unknown_ones_are_allowed(string keyword)
    {
        var refusal = Json.Refusal($$"""{"properties":{"a":{"{{keyword}}":{} } } }""", new() { AllowUnknownKeywords = true });
        Assert.Equal(keyword, refusal.Keyword);
        Assert.Equal("#/properties/a", refusal.Location);
    }

    [Fact]
    public void A_misspelt_keyword_is_refused_with_the_one_meant()
    {
        Assert.Contains("did you mean 'maxLength'?", Json.Refusal("""{"maxLenght":3}""").Reason, StringComparison.Ordinal);
        Assert.True(JsonSchema.Compile("""{"maxLenght":3}""", new() { AllowUnknownKeywords = true }).IsValid(Json.Of("\"long\"")));
    }

    [Theory]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""", "$schema")]
    [InlineData("""{"type":"strin"}""", "type")]
    [InlineData("""{"type":[]}""", "type")]
    [InlineData("""{"minLength":-1}""", "minLength")]
    [InlineData("""{"minLength":1.5}""", "minLength")]
    [InlineData("""{"maximum":"1"}""", "maximum")]
    [InlineData("""{"maximum":1e999999999999999999999}""", "maximum")]
    [InlineData("""{"multipleOf":0}""", "multipleOf")]
    [InlineData("""{"items":[{}]}""", "items")]
    [InlineData("""{"required":["a","a"]}""", "required")]
    [InlineData("""{"enum":1}""", "enum")]
    [InlineData("""{"allOf":[]}""", "allOf")]
    [InlineData("""{"pattern":"("}""", "pattern")]
    [InlineData("""{"pattern":"\\p{Script=Greek}"}""", "pattern")]
    [InlineData("""{"patternProperties":{"[":{}}}""", "patternProperties")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "$ref")]
    [InlineData("""{"$ref":"#none"}""", "$ref")]
    [InlineData("""{"$ref":"http://example.com/elsewhere"}""", "$ref")]
    [InlineData("""{"$id":"http://example.com/#part"}""", "$id")]
    [InlineData("""{"title":1}""", "title")]
    [InlineData("""{"properties":{"a":{},"\u0061":{}}}""", "properties")]
    [InlineData("""{"type":"string","type":"number"}""", "type")]
    [InlineData("""{"properties":{"a":1}}""", "")]
    [InlineData("nonsense", "")]
    public void A_malformed_schema_is_refused_at_its_keyword(string schema, string keyword) =>
        Assert.Equal(keyword, Json.Refusal(schema).Keyword);

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}""")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""")]
    public void A_schema_that_would_never_end_is_refused(string schema) =>
        Assert.Contains("would never end", Json.Refusal(schema).Reason, StringComparison.Ordinal);

    [Fact]
    public void Recursion_through_a_member_is_no_endless_reference() =>
        Assert.True(Json.Fits("""{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}""", """{"next":{"next":{}}}"""));

    [Fact]
    public void Schemas_beyond_a_bound_are_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 40)) + "true" + new string('}', 40);
        Assert.Contains("depth", Json.Refusal(deep, new() { MaxSchemaDepth = 20 }).Reason, StringComparison.Ordinal);
        Assert.Contains("subschemas", Json.Refusal("""{"allOf":[true,true,true]}""", new() { MaxSubschemas = 3 }).Reason, StringComparison.Ordinal);
        Assert.Contains("bytes", Json.Refusal("""{"title":"a long one"}""", new() { MaxSchemaBytes = 10 }).Reason, StringComparison.Ordinal);
        Assert.Contains("characters", Json.Refusal("""{"pattern":"aaaa"}""", new() { MaxPatternLength = 3 }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_element_nested_deeper_than_allowed_is_refused()
    {
        var deep = Json.Of(string.Concat(Enumerable.Repeat("""{"not":""", 5_000)) + "true" + new string('}', 5_000), 10_000);
        Assert.Contains("deeper", Assert.Throws<SchemaException>(() => JsonSchema.Compile(deep)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_given_are_found_by_address_and_nothing_else_is()
    {
        var options = new SchemaOptions { Documents = new Dictionary<string, System.Text.Json.JsonElement> { ["http://example.com/id"] = Json.Of("""{"$defs":{"n":{"type":"integer"}}}""") } };
        var schema = JsonSchema.Compile("""{"$ref":"http://example.com/id#/$defs/n"}""", options);
        Assert.Equal("http://example.com/id#/$defs/n/type", Assert.Single(schema.Validate(Json.Of("\"x\"")).Errors).KeywordLocation);
    }

    [Fact]
    public void A_schema_outlives_the_document_it_came_from()
    {
        JsonSchema schema;
        using (var document = System.Text.Json.JsonDocument.Parse("""{"const":{"a":[1]}}"""))
        {
            schema = JsonSchema.Compile(document.RootElement);
        }

        Assert.True(schema.IsValid(Json.Of("""{"a":[1.0]}""")));
    }
}
