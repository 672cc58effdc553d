using System.Text.Json;

namespace Crank.Rego.Tests.Builtins;

public sealed class SchemaBuiltinsTests
{
    [Theory]
    [InlineData("""{"type": "boolean"}""", "[true,null]")]
    [InlineData("""{"type": "x"}""", """[false,"jsonschema: has a primitive type that is NOT VALID -- given: /x/ Expected valid values are:[array boolean integer number null object string]"]""")]
    [InlineData("""{"minLength": -1}""", """[false,"jsonschema: minLength must be greater than or equal to 0"]""")]
    [InlineData("""{"pattern": "("}""", """[false,"jsonschema: pattern must be a valid regex"]""")]
    [InlineData("""{"required": ["a", "a"]}""", """[false,"jsonschema: required items must be unique"]""")]
    [InlineData("""{"$ref": "#/definitions/a"}""", """[false,"jsonschema: Object has no key 'definitions'"]""")]
    [InlineData("""{"$ref": "https://a.example/schema"}""", """[false,"jsonschema: remote reference loading disabled: https://a.example/schema"]""")]
    public void Schemas_are_verified(string schema, string expected)
    {
        Assert.Equal(expected, Calls.Json("json.verify_schema", $"[{schema}]"));
        Assert.Equal(expected, Calls.Json("json.verify_schema", JsonSerializer.Serialize(new[] { schema })));
    }

    [Theory]
    [InlineData("""{"properties": {"a": {"type": "integer"}}}""", """{"a": "x"}""", "a: Invalid type. Expected: integer, given: string")]
    [InlineData("""{"required": ["a"]}""", "{}", "(root): a is required")]
    [InlineData("""{"additionalProperties": false}""", """{"a": 1}""", "(root): Additional property a is not allowed")]
    [InlineData("""{"items": {"minimum": 3}}""", "[3, 2.5]", "1: Must be greater than or equal to 3")]
    [InlineData("""{"properties": {"a": {"exclusiveMaximum": 3}}}""", """{"a": 3}""", "a: Must be less than 3")]
    [InlineData("""{"properties": {"a": {"enum": ["x", 1]}}}""", """{"a": 2}""", "a: a must be one of the following: \"x\", 1")]
    [InlineData("""{"properties": {"a": {"multipleOf": 0.1}}}""", """{"a": 0.35}""", "a: Must be a multiple of 0.1")]
    [InlineData("""{"properties": {"a": {"pattern": "^x"}}}""", """{"a": "y"}""", "a: Does not match pattern '^x'")]
    [InlineData("""{"properties": {"a": {"format": "ipv4"}}}""", """{"a": "1.2.3"}""", "a: Does not match format 'ipv4'")]
    [InlineData("""{"properties": {"a": {"maxLength": 1}}}""", """{"a": "éé"}""", "a: String length must be less than or equal to 1")]
    [InlineData("""{"uniqueItems": true}""", "[1, 2, 1.0]", "(root): array items[0,2] must be unique")]
    [InlineData("""{"contains": {"type": "string"}}""", "[1]", "(root): At least one of the items must match", "0: Invalid type. Expected: string, given: integer")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"required": ["a"]}]}""", "{}", "(root): Must validate at least one schema (anyOf)", "(root): a is required")]
    [InlineData("""{"not": {}}""", "{}", "(root): Must not validate the schema (not)")]
    [InlineData("""{"if": {"required": ["a"]}, "then": {"required": ["b"]}}""", """{"a": 1}""", "(root): Must validate \"then\" as \"if\" was valid", "(root): b is required")]
    [InlineData("""{"dependencies": {"a": ["b"]}}""", """{"a": 1}""", "(root): Has a dependency on b")]
    [InlineData("""{"definitions": {"n": {"properties": {"next": {"$ref": "#/definitions/n"}, "v": {"type": "null"}}}}, "$ref": "#/definitions/n"}""", """{"next": {"next": {"v": 1}}}""", "next.next.v: Invalid type. Expected: null, given: integer")]
    [InlineData("""{"type": ["string", "null"]}""", "{}", "(root): Invalid type. Expected: [string,null], given: object")]
    public void Mismatches_are_named(string schema, string document, params string[] expected)
    {
        var result = Calls.Call("json.match_schema", $"[{document}, {schema}]").AsArray();
        Assert.True(result[0].IsFalse);
        Assert.Equal(expected, result[1].AsArray().Select(static mismatch => mismatch.Get("error").AsString()));
    }

    [Fact]
    public void A_document_that_matches_has_no_mismatches() =>
        Assert.Equal("[true,[]]", Calls.Json("json.match_schema", """["{\"a\": 1e0}", {"properties": {"a": {"type": "integer", "const": 1}}, "propertyNames": {"maxLength": 1}}]"""));

    [Fact]
    public void A_schema_that_only_refers_to_itself_ends() =>
        Assert.Contains("without end", Calls.Error("json.match_schema", """[{}, {"$ref": "#"}]"""), StringComparison.Ordinal);
}
