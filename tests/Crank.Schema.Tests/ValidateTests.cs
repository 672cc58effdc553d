using System.Globalization;

namespace Crank.Schema.Tests;

public sealed class ValidateTests
{
    [Theory]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"const":1}""", "10e-1", true)]
    [InlineData("""{"const":0}""", "-0.0e5", true)]
    [InlineData("""{"const":12345678901234567890123}""", "12345678901234567890123.0", true)]
    [InlineData("""{"const":12345678901234567890123}""", "12345678901234567890124", false)]
    [InlineData("""{"type":"integer"}""", "1e400", true)]
    [InlineData("""{"type":"integer"}""", "1e-400", false)]
    [InlineData("""{"type":"integer"}""", "123456789012345678901234567890.5", false)]
    [InlineData("""{"maximum":1e400}""", "1e399", true)]
    [InlineData("""{"maximum":1e400}""", "1.1e400", false)]
    [InlineData("""{"minimum":-1e400}""", "-1.1e400", false)]
    [InlineData("""{"exclusiveMaximum":0.3}""", "0.29999999999999999999999999999", true)]
    [InlineData("""{"exclusiveMaximum":0.3}""", "0.30", false)]
    [InlineData("""{"multipleOf":0.01}""", "0.07", true)]
    [InlineData("""{"multipleOf":0.1}""", "1e300", true)]
    [InlineData("""{"multipleOf":7}""", "1e300", false)]
    [InlineData("""{"multipleOf":12345678901234567890}""", "37037036703703703670", true)]
    [InlineData("""{"multipleOf":12345678901234567890}""", "37037036703703703671", false)]
    [InlineData("""{"minLength":2.0}""", "\"ab\"", true)]
    [InlineData("""{"maxLength":1}""", "\"\\uD83D\\uDCA9\"", true)]
    [InlineData("""{"maxLength":1}""", "\"\\uD83D\"", true)]
    [InlineData("""{"maxLength":1}""", "\"\\uD83D\\uD83D\"", false)]
    [InlineData("""{"const":"a/b"}""", "\"a\\/\\u0062\"", true)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", "{\"\\u0061\":1}", false)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2.0,"a":1}]""", false)]
    [InlineData("""{"uniqueItems":true}""", """[1,2,3,4,5,6,7,8,"1",[1],{"a":1},{"a":2},1.0]""", false)]
    [InlineData("""{"uniqueItems":true}""", """[1,2,3,4,5,6,7,8,"1",[1],{"a":1},{"a":2},true]""", true)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":"x","a":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1,"a":"x"}""", false)]
    public void Values_are_compared_without_losing_anything(string schema, string value, bool valid) => Assert.Equal(valid, Json.Fits(schema, value));

    [Theory]
    [InlineData("""{"properties":{"to":{},"from":{}},"additionalProperties":false}""", """{"tos":1}""", "/tos", "additionalProperties", "'tos' is not known here; did you mean 'to'?")]
    [InlineData("""{"properties":{"to":{},"from":{}},"additionalProperties":false}""", """{"quality":1}""", "/quality", "additionalProperties", "'quality' is not known here; known are to, from")]
    [InlineData("""{"required":["to"]}""", "{}", "", "required", "'to' is required and missing")]
    [InlineData("""{"properties":{"a/b":{"items":{"type":["string","null"]}}}}""", """{"a/b":["x",12]}""", "/a~1b/1", "type", "must be null or string, but is the number 12")]
    [InlineData("""{"enum":["html","text"]}""", "\"htm\"", "", "enum", "must be one of \"html\", \"text\", but is the string \"htm\"; did you mean \"html\"?")]
    [InlineData("""{"maximum":0.05}""", "1", "", "maximum", "must be at most 0.05, but is 1")]
    [InlineData("""{"minItems":1}""", "[]", "", "minItems", "must have at least 1 item, but has 0")]
    [InlineData("""{"pattern":"^a"}""", "\"b\"", "", "pattern", "must match the pattern '^a', but is \"b\"")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", "", "dependentRequired", "'b' is required where 'a' is given, and missing")]
    [InlineData("false", "1", "", "false", "no value is allowed here")]
    public void An_error_says_what_is_allowed_and_what_was_found(string schema, string value, string at, string keyword, string message)
    {
        var error = Json.Error(schema, value);
        Assert.Equal((at, keyword, message), (error.InstanceLocation, error.Keyword, error.Message));
    }

    [Fact]
    public void A_choice_that_fits_nowhere_shows_the_nearest_form()
    {
        var result = JsonSchema.Compile("""{"anyOf":[{"type":"string"},{"required":["a","b"]},{"properties":{"a":{"type":"null"}}}]}""").Validate(Json.Of("""{"a":1}"""));
        Assert.Equal(["anyOf", "type"], result.Errors.Select(e => e.Keyword));
    }

    [Fact]
    public void The_errors_are_bounded()
    {
        var schema = JsonSchema.Compile("""{"items":{"type":"string"}}""", new() { MaxErrors = 3 });
        var result = schema.Validate(Json.Of("[1,2,3,4,5]"));
        Assert.Equal(3, result.Errors.Count);
        Assert.True(result.Truncated);
        Assert.False(JsonSchema.Compile("false", new() { MaxErrors = 0 }).Validate(Json.Of("1")).IsValid);
    }

    [Theory]
    [InlineData("""{"items":{"$ref":"#"}}""")]
    [InlineData("""{"not":{"items":{"$ref":"#"}}}""")]
    public void A_value_nested_too_deep_is_an_error_that_not_cannot_turn(string schema)
    {
        var value = Json.Of(new string('[', 5_000) + new string(']', 5_000), 6_000);
        var result = JsonSchema.Compile(schema).Validate(value);
        Assert.Equal("limits", Assert.Single(result.Errors).Keyword);
        Assert.False(JsonSchema.Compile(schema).IsValid(value));
    }

    [Fact]
    public void Comparing_values_nested_too_deep_does_not_exhaust_the_stack()
    {
        var deep = new string('[', 5_000) + new string(']', 5_000);
        var value = Json.Of($"[{deep},{deep}]", 6_000);
        var schema = JsonSchema.Compile("""{"uniqueItems":true}""");
        Assert.Equal("limits", Assert.Single(schema.Validate(value).Errors).Keyword);
    }

    [Fact]
    public void Work_that_doubles_at_every_step_ends_at_the_limit()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}] }
            """)));
        var schema = JsonSchema.Compile($$"""{"$ref":"#/$defs/d0","$defs":{ {{definitions}},"d60":true} }""", new() { MaxSteps = 10_000 });
        Assert.Contains("steps", Assert.Single(schema.Validate(Json.Of("1")).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_too_large_to_compute_with_is_an_error() =>
        Assert.Equal("limits", Json.Error("""{"maximum":1}""", "1e999999999999999999999").Keyword);

    [Theory]
    [InlineData("""{"multipleOf":7}""")]
    [InlineData("""{"type":"integer"}""")]
    [InlineData("""{"const":1}""")]
    public void A_number_of_a_million_digits_is_not_computed_with(string schema)
    {
        var number = new string('7', 1_000_000);
        Assert.Equal("limits", Json.Error(schema, number).Keyword);
        Assert.False(JsonSchema.Compile(schema).IsValid(Json.Of(number)));
    }

    [Fact]
    public void One_schema_serves_many_threads()
    {
        var schema = JsonSchema.Compile("""{"properties":{"a":{"pattern":"^[a-z]+$"}},"required":["a"]}""");
        var (good, bad) = (Json.Of("""{"a":"abc"}"""), Json.Of("""{"a":"1"}"""));
        Parallel.For(0, 2_000, _ =>
        {
            Assert.True(schema.IsValid(good));
            Assert.False(schema.IsValid(bad));
        });
    }

    [Fact]
    public void The_quick_answer_allocates_at_most_512_bytes()
    {
        var schema = JsonSchema.Compile("""{"properties":{"a":{"minLength":1},"n":{"maximum":10,"type":"integer"},"l":{"items":{"enum":["x","y"]}}},"required":["a"],"additionalProperties":false}""");
        var value = Json.Of("""{"a":"abc","n":7,"l":["x","y","x"]}""");
        schema.IsValid(value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            schema.IsValid(value);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 512);
    }
}
