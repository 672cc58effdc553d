using System.Text;
using System.Text.Json;
using Crank.Gateway.Tests.Opa;

namespace Crank.Gateway.Tests.AuthZen;

/// <summary>The AuthZEN Authorization API 1.0, over the policy that its certification scenario asks for.</summary>
public sealed class AuthZenTests
{
    private const string Rego =
        """
        package crank.authzen

        default decision := {"allow": false, "reasons": ["nothing allows it"]}

        decision := {"allow": true} if allowed

        allowed if {
            input.subject.id == "alice"
            input.action.name in {"read", "write"}
            not archived
        }

        allowed if {
            input.subject.id == "alice"
            input.action.name == "delete"
            input.action.properties.soft
        }

        allowed if {
            input.subject.id == "bob"
            input.action.name == "read"
        }

        allowed if {
            input.subject.properties.role == "admin"
            archived
        }

        archived if input.resource.properties.status == "archived"
        """;

    private const string Subject = """{"type":"user","id":"alice"}""";
    private const string Read = """{"name":"read"}""";
    private const string Record = """{"type":"record","id":"record-1"}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("alice", "read", "record-1", "", "", "", true)]
    [InlineData("alice", "write", "record-1", "", "", "", true)]
    [InlineData("bob", "read", "record-1", "", "", "", true)]
    [InlineData("bob", "write", "record-1", "", "", "", false)]
    [InlineData("alice", "write", "record-2", "", "", """{"status":"archived"}""", false)]
    [InlineData("bob", "write", "record-2", """{"role":"admin"}""", "", """{"status":"archived"}""", true)]
    [InlineData("alice", "delete", "record-1", "", """{"soft":true}""", "", true)]
    [InlineData("alice", "delete", "record-1", "", """{"soft":false}""", "", false)]
    public async Task A_question_is_decided_by_who_what_which_and_their_properties(string subject, string action, string resource, string ofSubject, string ofAction, string ofResource, bool expected)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await AskAsync(asked, $$$"""
            {"subject":{"type":"user","id":"{{{subject}}}"{{{Properties(ofSubject)}}}},"action":{"name":"{{{action}}}"{{{Properties(ofAction)}}}},
             "resource":{"type":"record","id":"{{{resource}}}"{{{Properties(ofResource)}}}},"context":{"ip":"192.0.2.1"},"futureField":{"nested":true}}
            """);

        Assert.Equal((200, expected), (status, body.GetProperty("decision").GetBoolean()));
        Assert.NotEmpty(body.GetProperty("context").GetProperty("id").GetString()!);
        Assert.Equal(!expected, body.GetProperty("context").TryGetProperty("reasons", out _));
        static string Properties(string json) => json.Length == 0 ? "" : $",\"properties\":{json}";
    }

    [Theory]
    [InlineData("""{"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{"name":"read"}}""")]
    [InlineData("""{"subject":{"id":"a"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{"name":"read"},"resource":{"id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{"name":"read"},"resource":{"type":"record"}}""")]
    [InlineData("""{"subject":"alice","action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{"name":123},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a","properties":1},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("""{"subject":{"type":"user","id":"a"},"action":{"name":"read"},"resource":{"type":"record","id":"1"},"context":[]}""")]
    [InlineData("""{"subject":{"type":"user","id":"a","id":"b"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task A_question_that_is_none_is_status_400(string body)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        Assert.Equal(400, (await AskAsync(asked, body)).Status);
        Assert.Equal(400, (await AskAsync(asked, body, "/access/v1/evaluations")).Status);
    }

    [Fact]
    public async Task Only_JSON_is_taken()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);
        using var content = new StringContent($$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}} }""", Encoding.UTF8, "text/plain");

        Assert.Equal(400, (int)(await asked.Owner.PostAsync("/access/v1/evaluation", content, Stop)).StatusCode);
    }

    [Fact]
    public async Task A_batch_is_answered_in_order_with_standards_for_what_a_question_leaves_out()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        Assert.Equal("true false", Decisions(await BatchAsync(asked, """{"subject":{"type":"user","id":"bob"},"resource":{"type":"record","id":"record-1"},"evaluations":[{"action":{"name":"read"}},{"action":{"name":"write"}}]}""")));
        // What a question says of a thing replaces what the batch says of it, except for a name that only the batch says.
        Assert.Equal("true false", Decisions(await BatchAsync(asked, """{"subject":{"type":"user","id":"alice"},"action":{"name":"write"},"resource":{"type":"record","properties":{"status":"archived"}},"evaluations":[{"resource":{"id":"record-1","properties":{"status":"active"}}},{"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}}]}""")));
        Assert.Equal("true", Decisions(await BatchAsync(asked, """{"subject":{"type":"user","id":"alice"},"action":{"name":"write"},"resource":{"type":"record","id":"r","properties":{"status":"archived"}},"evaluations":[{"resource":{"id":"record-1"}}]}""")));
    }

    [Theory]
    [InlineData("", "true false true")]
    [InlineData(""","options":{"evaluations_semantic":"execute_all"}""", "true false true")]
    [InlineData(""","options":{"evaluations_semantic":"deny_on_first_deny"}""", "true false")]
    [InlineData(""","options":{"evaluations_semantic":"permit_on_first_permit","other":1}""", "true")]
    public async Task A_batch_ends_where_its_semantic_says(string options, string expected)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var body = await BatchAsync(asked, $$$"""{"subject":{{{Subject}}},"resource":{{{Record}}},"evaluations":[{"action":{"name":"read"}},{"action":{"name":"fly"}},{"action":{"name":"write"} }]{{{options}}} }""");

        Assert.Equal(expected, Decisions(body));
    }

    [Fact]
    public async Task A_question_of_a_batch_that_is_none_is_denied_and_the_others_are_answered()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var body = await BatchAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"evaluations":[{},7,{"resource":{{Record}} }]}""");

        Assert.Equal("false false true", Decisions(body));
        Assert.Equal(400, body.GetProperty("evaluations")[0].GetProperty("context").GetProperty("error").GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","evaluations":[]""")]
    public async Task A_batch_without_questions_is_one_question(string evaluations)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}}{{evaluations}} }""", "/access/v1/evaluations");

        Assert.Equal((200, true), (status, body.GetProperty("decision").GetBoolean()));
    }

    [Theory]
    [InlineData(""","options":{"evaluations_semantic":"some"}""")]
    [InlineData(""","options":{"evaluations_semantic":1}""")]
    [InlineData(""","options":[]""")]
    public async Task A_semantic_that_is_not_known_is_refused(string options)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        Assert.Equal(400, (await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"evaluations":[{"resource":{{Record}} }]{{options}} }""", "/access/v1/evaluations")).Status);
    }

    [Fact]
    public async Task A_batch_is_bounded()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);
        string Batch(int questions) => $$"""{"subject":{{Subject}},"action":{{Read}},"evaluations":[{{string.Join(',', Enumerable.Repeat($$"""{"resource":{{Record}} }""", questions))}}]}""";

        Assert.Equal(200, (await AskAsync(asked, Batch(100), "/access/v1/evaluations")).Status);
        Assert.Equal(400, (await AskAsync(asked, Batch(101), "/access/v1/evaluations")).Status);
    }

    [Theory]
    [InlineData("package other\n\nx := 1", "undefined")]
    [InlineData("package crank.authzen\n\ndecision := \"yes\"", "no answer")]
    [InlineData("package crank.authzen\n\ndecision := {\"allow\": \"true\"}", "no answer")]
    [InlineData("package crank.authzen\n\ndecision := {\"allow\": true, \"decision\": 1}", "no answer")]
    [InlineData("package crank.authzen\n\ndecision := to_number(input.subject.id)", "could not decide")]
    [InlineData("package crank.authzen\n\ndecision if count([1 | numbers.range(1, 3000)[_]; numbers.range(1, 3000)[_]]) > 0", "could not decide")]
    public async Task What_no_policy_decides_is_denied_and_says_so(string rego, string expected)
    {
        await using var asked = await AskedGateway.StartAsync(rego);

        var (status, body) = await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}} }""");

        Assert.Equal((200, false), (status, body.GetProperty("decision").GetBoolean()));
        Assert.Contains(expected, body.GetProperty("context").GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_may_answer_a_boolean_or_say_more_and_knows_who_asks()
    {
        await using var asked = await AskedGateway.StartAsync("package crank.authzen\n\ndecision := true if input.caller.tenant == \"owner\"");
        Assert.True((await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}} }""")).Body.GetProperty("decision").GetBoolean());

        asked.Replace("package crank.authzen\n\ndecision := {\"decision\": false, \"reasons\": {\"late\", \"far\"}, \"context\": {\"step_up\": \"mfa\", \"id\": \"forged\"}}");
        var (_, more) = await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}} }""");

        Assert.Equal("mfa", more.GetProperty("context").GetProperty("step_up").GetString());
        Assert.NotEqual("forged", more.GetProperty("context").GetProperty("id").GetString());
        Assert.Equal("""["far","late"]""", more.GetProperty("context").GetProperty("reasons").GetRawText());

        asked.Replace("package crank.authzen\n\ndecision := {\"allow\": false, \"reasons\": {\"late\": \"It is too late.\"}}");
        Assert.Equal("""["It is too late."]""", (await AskAsync(asked, $$"""{"subject":{{Subject}},"action":{{Read}},"resource":{{Record}} }""")).Body.GetProperty("context").GetProperty("reasons").GetRawText());
    }

    [Fact]
    public async Task The_id_of_a_request_comes_back_also_on_a_refusal()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        foreach (var client in new[] { asked.Owner, asked.Gateway.Anonymous })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation") { Content = new StringContent("{}", Encoding.UTF8, "application/json"), Headers = { { "X-Request-ID", "bfe9eb29" } } };
            using var answer = await client.SendAsync(request, Stop);

            Assert.Equal(["bfe9eb29"], answer.Headers.GetValues("X-Request-ID"));
        }

        using var endless = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation") { Headers = { { "X-Request-ID", new string('x', 257) } } };
        Assert.Equal(400, (int)(await asked.Owner.SendAsync(endless, Stop)).StatusCode);
    }

    [Fact]
    public async Task The_metadata_names_the_endpoints_under_the_address_that_the_operator_gave()
    {
        await using var asked = await AskedGateway.StartAsync(Rego, configure: o => o with { Agents = new() { PublicUrl = new("https://mesh.example/") } });

        var metadata = JsonElement.Parse(await asked.Gateway.Anonymous.GetStringAsync("/.well-known/authzen-configuration", Stop));

        Assert.Equal(
            """{"policy_decision_point":"https://mesh.example","access_evaluation_endpoint":"https://mesh.example/access/v1/evaluation","access_evaluations_endpoint":"https://mesh.example/access/v1/evaluations"}""",
            metadata.GetRawText());
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("resource")]
    [InlineData("action")]
    public async Task Searches_are_refused_by_name(string entity)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await AskAsync(asked, "{}", $"/access/v1/search/{entity}");

        Assert.Equal((501, "not-supported"), (status, body.GetProperty("code").GetString()));
        Assert.Contains(entity, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_asks_without_an_identity_and_the_scope()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);
        using var tenant = await asked.Gateway.TenantAsync("acme", "mesh:read", "jobs:write");

        foreach (var path in new[] { "/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/subject" })
        {
            using var first = new StringContent("{}", Encoding.UTF8, "application/json");
            Assert.Equal(401, (int)(await asked.Gateway.Anonymous.PostAsync(path, first, Stop)).StatusCode);
            using var second = new StringContent("{}", Encoding.UTF8, "application/json");
            Assert.Equal(403, (int)(await tenant.PostAsync(path, second, Stop)).StatusCode);
        }
    }

    private static async Task<(int Status, JsonElement Body)> AskAsync(AskedGateway asked, string body, string path = "/access/v1/evaluation")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await asked.Owner.PostAsync(path, content, Stop);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    private static async Task<JsonElement> BatchAsync(AskedGateway asked, string body)
    {
        var (status, answer) = await AskAsync(asked, body, "/access/v1/evaluations");
        Assert.Equal(200, status);
        return answer;
    }

    private static string Decisions(JsonElement batch) => string.Join(' ', batch.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("decision").GetBoolean() ? "true" : "false"));
}
