using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Syntax;

public sealed class MetadataTests
{
    [Fact]
    public void Blocks_are_attached_to_package_document_and_rule()
    {
        var result = Parser.ParseModule("t.rego", """
            # METADATA
            # title: The package
            # organizations: [Acme, "B: C"]
            # authors:
            # - Jane Doe <jane@example.com>
            # - name: John
            #   email: john@example.com
            package test

            # METADATA
            # scope: document
            # description: |
            #   Two
            #   lines
            # related_resources:
            # - https://example.com/a
            # - ref: https://example.com/b
            #   description: B
            # custom:
            #   level: 3
            #   tags: [x, 'y']
            #   deep: {a: true, b: null}

            # METADATA
            # entrypoint: false
            # schemas:
            # - input.user: schema.user
            # - data.acl: {type: object}
            p := 1

            p := 1 if input.x
            """);
        Assert.True(result.Ok, string.Join('\n', result.Errors));
        var module = result.Value;
        Assert.Equal(
            """{"scope":"package","title":"The package","organizations":["Acme","B: C"],"authors":[{"name":"Jane Doe","email":"jane@example.com"},{"name":"John","email":"john@example.com"}]}""",
            module.Annotations[0].ToJson().ToJsonString());
        Assert.Equal(
            """{"scope":"document","description":"Two\nlines\n","related_resources":[{"ref":"https://example.com/a"},{"ref":"https://example.com/b","description":"B"}],"custom":{"level":3,"tags":["x","y"],"deep":{"a":true,"b":null}}}""",
            module.Annotations[1].ToJson().ToJsonString());
        Assert.Equal(
            """{"scope":"rule","schemas":[{"path":["input","user"],"schema":["schema","user"]},{"path":["data","acl"],"definition":{"type":"object"}}]}""",
            module.Annotations[2].ToJson().ToJsonString());
        Assert.Equal(2, module.Rules[0].Annotations.Length);
        Assert.Equal(AnnotationScope.Document, Assert.Single(module.Rules[1].Annotations).Scope);
    }

    [Theory]
    [InlineData("# scope: galaxy", "invalid annotation scope 'galaxy'")]
    [InlineData("# scope: package", "must be applied to package (have rule)")]
    [InlineData("# title: [a", "yaml")]
    [InlineData("# title: a: b", "mapping values are not allowed")]
    [InlineData("# authors: Jane", "authors must be a list")]
    [InlineData("# entrypoint: maybe", "entrypoint must be true or false")]
    [InlineData("# scope: rule\n# entrypoint: true", "annotation entrypoint applied to non-document")]
    [InlineData("# schemas:\n# - input: foo.bar", "invalid schema reference")]
    [InlineData("# custom: &a 1", "not supported in metadata")]
    [InlineData("#", "found whitespace")]
    public void A_broken_block_is_an_error(string block, string message)
    {
        var result = Parser.ParseModule("t.rego", "package test\n\n# METADATA\n" + block + "\np := 1\n");
        Assert.Contains(message, Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_yaml_ends_at_its_limit()
    {
        var result = Parser.ParseModule("t.rego", "package test\n\n# METADATA\n# custom: " + new string('[', 5000) + new string(']', 5000) + "\np := 1\n");
        Assert.Contains("levels deep", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }
}
