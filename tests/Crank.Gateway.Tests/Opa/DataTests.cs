using System.Collections.Concurrent;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Mesh.Authorize;

namespace Crank.Gateway.Tests.Opa;

public sealed class DataTests
{
    private const string Rego =
        """
        package app

        allow if input.user == "alice"

        list := ["a", "b"]

        broken := to_number(input.text)

        clash := 1 if input.clash
        clash := 2 if input.clash

        endless := count([1 | numbers.range(1, 3000)[_]; numbers.range(1, 3000)[_]])

        wide := numbers.range(1, 100000000)
        """;

    private const string Documents = """{"names":{"a/b":1,"grüße 😀":2,"quote\"d":3}}""";

    [Fact]
    public async Task A_document_is_answered_with_its_input_and_every_decision_has_a_name()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await asked.PostAsync("/v1/data/app/allow", """{"input":{"user":"alice"}}""");
        var (_, other) = await asked.PostAsync("/v1/data/app/allow", """{"input":{"user":"bob"}}""");

        Assert.Equal((200, true), (status, body.GetProperty("result").GetBoolean()));
        Assert.False(other.TryGetProperty("result", out _));
        Assert.NotEqual(Id(body), Id(other));
        Assert.False(body.TryGetProperty("warning", out _));
        static string Id(JsonElement answer) => answer.GetProperty("decision_id").GetString()!;
    }

    [Fact]
    public async Task A_question_without_input_is_warned_and_one_in_the_query_is_read()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (_, none) = await asked.PostAsync("/v1/data/app/list", null);
        var (_, absent) = await asked.PostAsync("/v1/data/app/list", """{"other":1}""");
        var (_, query) = await asked.GetAsync("/v1/data/app/allow?input=" + Uri.EscapeDataString("""{"user":"alice"}"""));
        var (wrong, said) = await asked.GetAsync("/v1/data/app/allow?input=%7B");

        Assert.Equal("api_usage_warning", none.GetProperty("warning").GetProperty("code").GetString());
        Assert.Equal("api_usage_warning", absent.GetProperty("warning").GetProperty("code").GetString());
        Assert.True(query.GetProperty("result").GetBoolean());
        Assert.Equal((400, "invalid_parameter"), (wrong, said.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("/v1/data/app/list/1", "\"b\"")]
    [InlineData("/v1/data/names/a%2Fb", "1")]
    [InlineData("/v1/data/names/gr%C3%BC%C3%9Fe%20%F0%9F%98%80", "2")]
    [InlineData("/v1/data/names/quote%22d", "3")]
    [InlineData("/v1/data/names/a/b", null)]
    [InlineData("/v1/data//app//list/", """["a","b"]""")]
    [InlineData("/v1/data/nothing/here", null)]
    public async Task A_path_names_a_document_by_its_decoded_parts(string path, string? expected)
    {
        await using var asked = await AskedGateway.StartAsync(Rego, Documents);

        var (status, body) = await asked.GetAsync(path);

        Assert.Equal(200, status);
        Assert.Equal(expected, body.TryGetProperty("result", out var result) ? result.GetRawText() : null);
    }

    [Fact]
    public async Task The_root_gives_all_documents()
    {
        await using var asked = await AskedGateway.StartAsync("package a.b\n\nx := 1", """{"names":{"k":true}}""");

        var (_, body) = await asked.GetAsync("/v1/data");

        Assert.Equal("""{"a":{"b":{"x":1}},"names":{"k":true}}""", body.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task Metrics_provenance_and_white_space_come_when_they_are_asked_for()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (_, body) = await asked.PostAsync("/v1/data/app/list?metrics&provenance=true", "{\"input\":{}}");
        var plain = await asked.Owner.GetStringAsync("/v1/data/app/list", TestContext.Current.CancellationToken);
        var pretty = await asked.Owner.GetStringAsync("/v1/data/app/list?pretty=TRUE", TestContext.Current.CancellationToken);

        Assert.True(body.GetProperty("metrics").TryGetProperty("timer_rego_query_eval_ns", out _));
        Assert.Equal("rev-1", body.GetProperty("provenance").GetProperty("bundles").GetProperty("crank").GetProperty("revision").GetString());
        Assert.DoesNotContain('\n', plain);
        Assert.Contains("\n  \"result\": [\n", pretty, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?explain=full", "explain 'full' is not supported")]
    [InlineData("?strict-builtin-errors=false", "strict-builtin-errors is always on")]
    [InlineData("?partial", "parameter 'partial' is not supported")]
    public async Task What_is_not_done_is_refused_by_name(string query, string expected)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await asked.GetAsync("/v1/data/app/list" + query);

        Assert.Equal((400, "invalid_parameter"), (status, body.GetProperty("code").GetString()));
        Assert.Contains(expected, body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broken", """{"input":{"text":"seven"}}""", "eval_builtin_error")]
    [InlineData("clash", """{"input":{"clash":true}}""", "eval_conflict_error")]
    [InlineData("endless", "{}", "eval_limit_error")]
    [InlineData("wide", "{}", "eval_limit_error")]
    public async Task An_error_of_the_policy_is_an_error_and_never_an_undefined_document(string document, string input, string code)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await asked.PostAsync("/v1/data/app/" + document, input);

        Assert.Equal((500, "internal_error"), (status, body.GetProperty("code").GetString()));
        var error = body.GetProperty("errors")[0];
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.True(code == "eval_limit_error" || error.GetProperty("location").GetProperty("file").GetString() == "own/main.rego");
    }

    [Theory]
    [InlineData("[1]", 400)]
    [InlineData("{\"input\":", 400)]
    [InlineData("""{"input":{"user":"bob","user":"alice"}}""", 400)]
    public async Task A_body_that_has_no_or_two_meanings_is_refused(string body, int expected)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, answer) = await asked.PostAsync("/v1/data/app/allow", body);

        Assert.Equal((expected, "invalid_parameter"), (status, answer.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_input_is_bounded_and_is_JSON()
    {
        await using var asked = await AskedGateway.StartAsync(Rego, configure: o => o with { Limits = new() { JsonBody = 1_000 } });

        var (yaml, said) = await AskedGateway.SendAsync(asked.Owner, HttpMethod.Post, "/v1/data/app/allow", "input:\n  user: alice", "application/x-yaml");
        var (large, _) = await asked.PostAsync("/v1/data/app/allow", $$"""{"input":"{{new string('x', 1_000)}}"}""");

        Assert.Equal((413, 415), (large, yaml));
        Assert.Contains("YAML", said.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Documents_are_not_written_over_HTTP(string method)
    {
        await using var asked = await AskedGateway.StartAsync(Rego, Documents);

        var (status, body) = await AskedGateway.SendAsync(asked.Owner, new(method), "/v1/data/names", "{}");

        Assert.Equal((400, "invalid_parameter"), (status, body.GetProperty("code").GetString()));
        Assert.Contains("owned by bundle", body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await asked.GetAsync("/v1/data/names")).Body.GetProperty("result").GetProperty("a/b").GetInt32());
    }

    [Fact]
    public async Task The_older_face_takes_the_body_as_input_and_answers_the_document_alone()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        Assert.Equal((200, "true"), Plain(await asked.PostAsync("/v0/data/app/allow", """{"user":"alice"}""")));
        var (undefined, known) = await asked.PostAsync("/v0/data/app/allow", """{"user":"bob"}""");
        var (missing, nothing) = await asked.PostAsync("/v0/data/no/such", "{}");

        Assert.Equal((404, 404), (undefined, missing));
        Assert.Equal(("undefined_document", "document undefined: data.app.allow"), (known.GetProperty("code").GetString(), known.GetProperty("message").GetString()));
        Assert.Equal("document missing: data.no.such", nothing.GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_default_decision_is_system_main()
    {
        await using var asked = await AskedGateway.StartAsync("package system\n\nmain := {\"user\": input.user}");

        Assert.Equal((200, """{"user":"alice"}"""), Plain(await asked.PostAsync("/", """{"user":"alice"}""")));
        asked.Replace("package other\n\nx := 1");
        Assert.Equal(404, (await asked.PostAsync("/", "{}")).Status);
    }

    [Fact]
    public async Task Nobody_asks_without_an_identity_and_the_scope()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);
        using var tenant = await asked.Gateway.TenantAsync("acme", "mesh:read", "jobs:write");

        foreach (var (method, path) in new[] { ("GET", "/v1/data/app"), ("POST", "/v1/data/app"), ("POST", "/v0/data/app"), ("POST", "/"), ("GET", "/v1/query?q=1"), ("POST", "/v1/query"), ("GET", "/v1/policies"), ("PUT", "/v1/policies/x"), ("DELETE", "/v1/policies/x"), ("GET", "/v1/status"), ("GET", "/v1/config"), ("PUT", "/v1/data/app"), ("POST", "/v1/compile") })
        {
            var (nobody, challenge) = await AskedGateway.SendAsync(asked.Gateway.Anonymous, new(method), path, null);
            var (without, refusal) = await AskedGateway.SendAsync(tenant, new(method), path, null);

            Assert.Equal((401, "unauthorized"), (nobody, challenge.GetProperty("code").GetString()));
            Assert.Equal((403, "unauthorized"), (without, refusal.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task Every_answer_is_told_to_the_decision_log_with_who_asked_also_one_that_failed()
    {
        await using var asked = await AskedGateway.StartAsync(Rego + "\n\nover := {\"allow\": true}");
        var told = new ConcurrentQueue<PolicyAsked>();
        asked.Policies.Asked = told.Enqueue;

        var (_, body) = await asked.PostAsync("/v1/data/app/allow", """{"input":{"user":"alice"}}""");
        await asked.PostAsync("/v0/data/app/over", "{}");
        await asked.PostAsync("/v1/data/app/broken", """{"input":{"text":"x"}}""");
        await asked.GetAsync("/v1/query?q=1");

        Assert.Equal(["app/allow", "app/over", "app/broken", "query"], told.Select(t => t.Path));
        Assert.All(told, t => Assert.Equal((PolicyTopic.Question, "owner/owner", "rev-1"), (t.Topic, t.RequestedBy, t.Answer.Revision)));
        Assert.Equal([true, true, false, false], told.Select(t => t.Answer.Allowed));
        Assert.Equal(body.GetProperty("decision_id").GetString(), told.First().Decision.ToString());
        Assert.Equal("""{"user":"alice"}""", Crank.Rego.Values.JsonOut.Write(told.First().Input));
        Assert.Contains("to_number", told.ElementAt(2).Answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_role_of_a_tenant_may_ask_the_operators_policies()
    {
        Assert.All(RoleScopes.Known, role => Assert.DoesNotContain(Scopes.PolicyRead, RoleScopes.Of(TenantId.Parse("acme"), [role]).ToArray()));
        Assert.Contains(Scopes.PolicyRead, RoleScopes.Of(TenantId.Owner, ["owner"]).ToArray());
    }

    private static (int Status, string Body) Plain((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetRawText());
}
