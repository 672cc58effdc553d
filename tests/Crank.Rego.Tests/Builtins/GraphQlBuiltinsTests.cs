using System.Text.Json;
using Crank.Rego.Builtins;
using CsCheck;

namespace Crank.Rego.Tests.Builtins;

public sealed class GraphQlBuiltinsTests
{
    private const string Schema = """
        type Query { user(id: ID!): User, users(first: Int = 10): [User!]! }
        interface Named { name: String! }
        type User implements Named { name: String!, age: Int, role: Role, friends: [User] }
        enum Role { ADMIN GUEST }
        """;

    [Theory]
    [InlineData("{ user(id: 1) { name age } }", true)]
    [InlineData("query Q($id: ID!) { user(id: $id) { ...F } } fragment F on User { name role }", true)]
    [InlineData("{ users { name friends { name } } }", true)]
    [InlineData("{ user { name } }", false)]
    [InlineData("{ user(id: 1) { salary } }", false)]
    [InlineData("{ user(id: 1) }", false)]
    [InlineData("{ users(first: \"ten\") { name } }", false)]
    [InlineData("query Q($id: ID!) { users { name } }", false)]
    [InlineData("{ users { ...F } } fragment F on User { ...F }", false)]
    [InlineData("{ users { name: age name } }", false)]
    [InlineData("query A { users { name } } query A { users { name } }", false)]
    [InlineData("{", false)]
    public void Queries_are_held_against_their_schema(string query, bool expected) =>
        Assert.Equal(expected ? "true" : "false", Calls.Json("graphql.is_valid", JsonSerializer.Serialize(new[] { query, Schema })));

    [Theory]
    [InlineData("type Query { a: Int }", true)]
    [InlineData("type Query { a: Missing }", false)]
    [InlineData("type Query { a: Int a: Int }", false)]
    [InlineData("type Query {", false)]
    public void Schemas_are_checked(string schema, bool expected) =>
        Assert.Equal(expected ? "true" : "false", Calls.Json("graphql.schema_is_valid", JsonSerializer.Serialize(new[] { schema })));

    [Fact]
    public void A_query_is_given_as_a_tree()
    {
        var operation = Calls.Call("graphql.parse_query", """["{ a(b: 1) { c } }"]""").Get("Operations").AsArray()[0];
        Assert.Equal("\"query\"", operation.Get("Operation").ToString());
        Assert.Equal("\"a\"", operation.Get("SelectionSet").AsArray()[0].Get("Name").ToString());
    }

    [Fact]
    public void Deep_and_long_documents_end()
    {
        Assert.Equal("false", Calls.Json("graphql.is_valid", JsonSerializer.Serialize(new[] { new string('{', 100_000), Schema })));
        Assert.Throws<LimitException>(() => Calls.Call(
            "graphql.parse_query",
            JsonSerializer.Serialize(new[] { $"{{ {string.Join(' ', Enumerable.Repeat("a", 100_000))} }}" }),
            Calls.Context(10_000)));
    }

    [Fact]
    public void Broken_documents_are_refused_and_never_more() => Gen.Select(Gen.Int[0, 2], Gen.Int[0, 200], Gen.Char)
        .Sample(
            (which, at, c) =>
            {
                var text = ((string[])["{ user(id: 1) { name } }", Schema, "query Q($a: [Int!] = [1]) @d { b }"])[which];
                var broken = text.Insert(at % text.Length, c.ToString()).Remove((at * 7) % text.Length, 1);
                foreach (var name in (string[])["graphql.parse_query", "graphql.parse_schema"])
                {
                    try
                    {
                        Calls.Call(name, JsonSerializer.Serialize(new[] { broken }));
                    }
                    catch (BuiltinException)
                    {
                        // As it should be.
                    }
                }
            },
            iter: 2_000);
}
