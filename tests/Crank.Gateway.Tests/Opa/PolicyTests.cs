using System.Text.Json;

namespace Crank.Gateway.Tests.Opa;

public sealed class PolicyTests
{
    private const string Own = "package crank.access\n\ndecision := {\"allow\": false}";
    private const string Hello = "package hello\n\nworld := \"put\"";

    [Fact]
    public async Task What_is_asked_can_be_read_with_its_text_and_tree()
    {
        await using var asked = await AskedGateway.StartAsync(Own);

        var (_, all) = await asked.GetAsync("/v1/policies");
        var (_, one) = await asked.GetAsync("/v1/policies/own/main.rego");
        var (status, none) = await asked.GetAsync("/v1/policies/nowhere");

        Assert.Equal("own/main.rego", Assert.Single(all.GetProperty("result").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(Own, one.GetProperty("result").GetProperty("raw").GetString());
        Assert.Equal("crank", one.GetProperty("result").GetProperty("ast").GetProperty("package").GetProperty("path")[1].GetProperty("value").GetString());
        Assert.Equal((404, "resource_not_found"), (status, none.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_policy_that_is_put_is_asked_beside_the_set_in_force_and_outlives_a_restart()
    {
        await using var asked = await AskedGateway.StartAsync(Own);

        Assert.Equal(200, (await asked.PutAsync("a/hello.rego", Hello)).Status);
        Assert.Equal("put", await ResultAsync(asked, "hello/world"));
        await asked.Gateway.RestartAsync();
        Assert.Equal("put", await ResultAsync(asked, "hello/world"));

        Assert.Equal(200, (await asked.PutAsync("a/hello.rego", Hello.Replace("put", "again", StringComparison.Ordinal))).Status);
        Assert.Equal("again", await ResultAsync(asked, "hello/world"));
        Assert.Equal(200, (await DeleteAsync(asked, "a/hello.rego")).Status);
        Assert.Null(await ResultAsync(asked, "hello/world"));
        Assert.Equal(404, (await DeleteAsync(asked, "a/hello.rego")).Status);
    }

    [Fact]
    public async Task A_policy_that_does_not_compile_changes_nothing_and_says_where()
    {
        await using var asked = await AskedGateway.StartAsync(Own);
        await asked.PutAsync("hello", Hello);

        var (parse, first) = await asked.PutAsync("hello", "package hello\n\nworld := ");
        var (compile, second) = await asked.PutAsync("other", "package other\n\nx := y");

        Assert.Equal((400, 400), (parse, compile));
        Assert.Equal("rego_parse_error", first.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(("rego_unsafe_var_error", "other", 3), At(second));
        Assert.Equal("put", await ResultAsync(asked, "hello/world"));
        Assert.Equal(404, (await asked.GetAsync("/v1/policies/other")).Status);

        static (string?, string?, int) At(JsonElement body)
        {
            var error = body.GetProperty("errors")[0];
            return (error.GetProperty("code").GetString(), error.GetProperty("location").GetProperty("file").GetString(), error.GetProperty("location").GetProperty("row").GetInt32());
        }
    }

    [Theory]
    [InlineData("package crank.access", "owned by the mesh")]
    [InlineData("package crank.more", "owned by the mesh")]
    [InlineData("package mesh", "owned by the mesh")]
    [InlineData("package system.authz", "has no meaning here")]
    [InlineData("package roles", "owned by bundle")]
    [InlineData("package lib.text.more", "owned by bundle")]
    [InlineData("package lib", "owned by bundle")]
    public async Task A_policy_cannot_be_put_where_the_gate_reads(string package, string expected)
    {
        await using var asked = await AskedGateway.StartAsync("package lib.text\n\nx := 1", """{"roles":{"admin":["alice"]}}""");

        var (status, body) = await asked.PutAsync("mine", package + "\n\ndecision := {\"allow\": true}");

        Assert.Equal(400, status);
        Assert.Contains(expected, body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_of_the_set_in_force_are_neither_replaced_nor_removed()
    {
        await using var asked = await AskedGateway.StartAsync(Own);

        Assert.Contains("owned by bundle", (await asked.PutAsync("own/main.rego", Hello)).Body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("owned by bundle", (await DeleteAsync(asked, "own/main.rego")).Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_others_need_is_not_removed()
    {
        await using var asked = await AskedGateway.StartAsync(Own);
        await asked.PutAsync("lib", "package lib\n\nf(x) := x + 1");
        await asked.PutAsync("user", "package user\n\ny := data.lib.f(1)");

        var (status, body) = await DeleteAsync(asked, "lib");

        Assert.Equal((400, "invalid_operation"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(2, (await asked.GetAsync("/v1/data/user/y")).Body.GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task When_the_set_in_force_takes_the_place_of_what_was_put_that_is_loud_and_never_undefined()
    {
        await using var asked = await AskedGateway.StartAsync(Own);
        await asked.PutAsync("hello", Hello);
        Assert.Equal(200, (await asked.GetAsync("/health?plugins")).Status);

        asked.Replace("package hello.more\n\nx := 1");

        Assert.Equal(500, (await asked.GetAsync("/v1/data/hello/world")).Status);
        Assert.Equal(500, (await asked.GetAsync("/health?plugins")).Status);
        Assert.Equal(200, (await asked.GetAsync("/health?bundles")).Status);
        Assert.Equal("ERROR", (await asked.GetAsync("/v1/status")).Body.GetProperty("result").GetProperty("plugins").GetProperty("put_policies").GetProperty("state").GetString());

        // It can be taken away piece by piece, and then all is well.
        Assert.Equal(200, (await DeleteAsync(asked, "hello")).Status);
        Assert.Equal(200, (await asked.GetAsync("/health?plugins")).Status);
        Assert.Equal(1, (await asked.GetAsync("/v1/data/hello/more/x")).Body.GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task What_is_put_is_bounded()
    {
        await using var asked = await AskedGateway.StartAsync(Own);

        Assert.Equal(413, (await asked.PutAsync("large", "package large\n\nx := \"" + new string('x', 70_000) + "\"")).Status);
        Assert.Equal(413, (await asked.PutAsync("escaped", "package large\n\n#" + new string('"', 40_000) + "\nx := 1")).Status);
        Assert.Equal(400, (await asked.PutAsync(new string('n', 201), Hello)).Status);
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(200, (await asked.PutAsync($"p{i}", $"package p{i}\n\nx := 1")).Status);
        }

        Assert.Contains("as many as may be put", (await asked.PutAsync("p64", "package p64\n\nx := 1")).Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_ask_puts_nothing()
    {
        await using var asked = await AskedGateway.StartAsync(Own);
        using var reader = await asked.Gateway.TenantAsync("acme", "policy:read");

        Assert.Equal(403, (await AskedGateway.SendAsync(reader, HttpMethod.Put, "/v1/policies/hello", Hello, "text/plain")).Status);
        Assert.Equal(403, (await AskedGateway.SendAsync(reader, HttpMethod.Delete, "/v1/policies/hello", null)).Status);
        Assert.Equal(200, (await AskedGateway.SendAsync(reader, HttpMethod.Get, "/v1/policies", null)).Status);
    }

    [Fact]
    public async Task Health_and_state_are_told_as_OPA_tells_them()
    {
        await using var asked = await AskedGateway.StartAsync(Own);

        var (well, health) = await AskedGateway.SendAsync(asked.Gateway.Anonymous, HttpMethod.Get, "/health?bundles=true&plugins&exclude-plugin=put_policies", null);
        var (_, status) = await asked.GetAsync("/v1/status");
        var (_, config) = await asked.GetAsync("/v1/config");

        Assert.Equal((200, "{}"), (well, health.GetRawText()));
        Assert.Equal("rev-1", status.GetProperty("result").GetProperty("bundles").GetProperty("crank").GetProperty("active_revision").GetString());
        Assert.Equal("/system/main", config.GetProperty("result").GetProperty("default_decision").GetString());
        Assert.Equal(404, (await asked.GetAsync("/health/mine")).Status);
    }

    private static Task<(int Status, JsonElement Body)> DeleteAsync(AskedGateway asked, string name) => AskedGateway.SendAsync(asked.Owner, HttpMethod.Delete, "/v1/policies/" + name, null);

    private static async Task<string?> ResultAsync(AskedGateway asked, string path) =>
        (await asked.GetAsync("/v1/data/" + path)).Body.TryGetProperty("result", out var result) ? result.GetString() : null;
}
