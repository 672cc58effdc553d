using System.Net;
using Crank.Schema;

namespace Crank.Gateway.Tests.Rest.Capabilities;

public sealed class CapabilityTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Capabilities_are_listed_with_schemas_and_examples_that_fit_them()
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: [TestWorkers.Echo, TestWorkers.Copy]);

        var items = (await (await gateway.Owner.AskAsync("/v1/capabilities")).JsonAsync())["items"]!.AsArray();

        Assert.Equal(["echo@1.0.0", "file.copy@1.2.0"], items.Select(c => (string)c!["capability"]!));
        Assert.Equal(("document", "copy", "document"), ((string)items[1]!["blobInput"]!, (string)items[1]!["blobOutput"]!, (string)items[1]!["files"]![0]!));
        var example = items[0]!["examples"]![0]!;
        Assert.True(JsonSchema.Compile(TestWorkers.Echo.Input).IsValid(System.Text.Json.JsonElement.Parse(example["input"]!.ToJsonString())));
        using var tried = await gateway.Owner.PostAsync("/v1/capabilities/echo/invoke", example.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, tried.StatusCode);
    }

    [Theory]
    [InlineData("echo", "echo@1.0.0")]
    [InlineData("echo@1.0.0", "echo@1.0.0")]
    [InlineData("file.copy@1.0.0", "file.copy@1.2.0")]
    public async Task One_capability_is_found_by_name_and_by_a_version_that_it_can_stand_in_for(string asked, string found)
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: [TestWorkers.Echo, TestWorkers.Copy]);

        Assert.Equal(found, (string)(await (await gateway.Owner.AskAsync("/v1/capabilities/" + asked)).JsonAsync())["capability"]!);
    }

    [Theory]
    [InlineData("ecco")]
    [InlineData("echo@2.0.0")]
    [InlineData("%2e%2e%2fetc%2fpasswd")]
    public async Task What_is_not_there_is_not_found(string asked)
    {
        await using var gateway = await TestGateway.StartAsync();

        await (await gateway.Owner.AskAsync("/v1/capabilities/" + asked)).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task A_copy_that_is_the_newest_is_not_sent_again_and_HEAD_says_what_GET_would()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var first = await gateway.Owner.AskAsync("/v1/capabilities");
        using var again = await gateway.Owner.AskAsync("/v1/capabilities", ("If-None-Match", first.Field("ETag")));
        using var head = await gateway.Owner.SendAsync(HttpMethod.Head, "/v1/capabilities", null);

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync(Stop)).Length));
        Assert.Equal((first.Field("ETag"), first.Content.Headers.ContentLength, 0), (head.Field("ETag"), head.Content.Headers.ContentLength, (await head.Content.ReadAsByteArrayAsync(Stop)).Length));
    }

    [Fact]
    public async Task Offers_and_machines_are_listed_page_by_page_while_they_are_in_force()
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: [TestWorkers.Echo, TestWorkers.Copy]);

        var page = await (await gateway.Owner.AskAsync("/v1/offers?limit=1")).JsonAsync();
        var rest = await (await gateway.Owner.AskAsync($"/v1/offers?limit=1&cursor={page["next"]}")).JsonAsync();
        Assert.Equal(["echo@1.0.0", "file.copy@1.2.0"], new[] { page, rest }.Select(p => (string)p["items"]![0]!["capability"]!));
        Assert.Null(rest["next"]);
        Assert.Single((await (await gateway.Owner.AskAsync("/v1/offers?capability=echo")).JsonAsync())["items"]!.AsArray());
        var node = Assert.Single((await (await gateway.Owner.AskAsync("/v1/nodes")).JsonAsync())["items"]!.AsArray())!;
        Assert.Equal((2, "de"), (node["capabilities"]!.AsArray().Count, (string)node["zone"]!));
        gateway.Clock.Advance(TimeSpan.FromDays(3651));
        Assert.Empty((await (await gateway.Owner.AskAsync("/v1/offers")).JsonAsync())["items"]!.AsArray());
    }

    [Theory]
    [InlineData("GET", "/v1/capabilities", "mesh:read")]
    [InlineData("GET", "/v1/offers", "mesh:read")]
    [InlineData("GET", "/v1/log/key", "mesh:read")]
    [InlineData("GET", "/v1/jobs", "jobs:read")]
    [InlineData("GET", "/v1/usage", "usage:read")]
    [InlineData("POST", "/v1/capabilities/echo/invoke?message=x", "jobs:write")]
    [InlineData("DELETE", "/v1/blobs/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "blobs:write")]
    public async Task Every_operation_needs_its_scope(string method, string path, string scope)
    {
        await using var gateway = await TestGateway.StartAsync();
        var without = await gateway.TenantAsync("acme", [.. Identity.Scopes.All.Where(s => s != scope)]);
        var with = await gateway.TenantAsync("acme", scope);

        await (await gateway.Anonymous.SendAsync(new(method), path, null)).ProblemAsync(401, "unauthenticated");
        await (await without.SendAsync(new(method), path, null)).ProblemAsync(403, "forbidden");
        Assert.NotEqual(HttpStatusCode.Forbidden, (await with.SendAsync(new(method), path, null)).StatusCode);
    }
}
