namespace Crank.Gateway.Tests.Opa;

public sealed class QueryTests
{
    private const string Rego = "package app\n\nservers := [{\"id\": \"a\", \"up\": true}, {\"id\": \"b\", \"up\": false}]";

    [Fact]
    public async Task A_query_gives_one_object_for_each_answer()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (_, found) = await asked.GetAsync("/v1/query?q=" + Uri.EscapeDataString("data.app.servers[i].up = true; id := data.app.servers[i].id"));
        var (_, none) = await asked.GetAsync("/v1/query?q=" + Uri.EscapeDataString("data.app.servers[_].id = \"c\""));
        var (_, input) = await asked.PostAsync("/v1/query", """{"query":"x := input.y + 1","input":{"y":41}}""");

        Assert.Equal("""[{"i":0,"id":"a"}]""", found.GetProperty("result").GetRawText());
        Assert.False(none.TryGetProperty("result", out _));
        Assert.Equal("""[{"x":42}]""", input.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("x :=", "rego_parse_error")]
    [InlineData("x", "rego_unsafe_var_error")]
    [InlineData("plus(1)", "rego_type_error")]
    public async Task A_query_that_is_wrong_is_told_where(string query, string code)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await asked.PostAsync("/v1/query", $$"""{"query":"{{query}}"}""");

        Assert.Equal((400, "invalid_parameter"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(code, body.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(1, body.GetProperty("errors")[0].GetProperty("location").GetProperty("row").GetInt32());
    }

    [Theory]
    [InlineData("http.send({\\\"method\\\": \\\"get\\\", \\\"url\\\": \\\"http://localhost\\\"})")]
    [InlineData("x := net.lookup_ip_addr(\\\"localhost\\\")")]
    public async Task A_query_reaches_nothing_outside(string query)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (status, body) = await asked.PostAsync("/v1/query", $$"""{"query":"{{query}}"}""");

        Assert.Equal(400, status);
        Assert.Contains("unsafe built-in function", body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query":7}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_question_without_a_query_is_told_so(string body)
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        Assert.Contains("'query'", (await asked.PostAsync("/v1/query", body)).Body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("'q'", (await asked.GetAsync("/v1/query")).Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_query_ends_at_its_limit()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);

        var (long_, _) = await asked.PostAsync("/v1/query", $$"""{"query":"{{new string('1', 20_000)}}"}""");
        var (endless, body) = await asked.PostAsync("/v1/query", """{"query":"x := numbers.range(1, 5000)[_]; y := numbers.range(1, 5000)[_]; x + y == 0"}""");

        Assert.Equal((400, 500), (long_, endless));
        Assert.Equal("eval_limit_error", body.GetProperty("errors")[0].GetProperty("code").GetString());
    }
}
