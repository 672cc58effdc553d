using System.Net;
using Crank.Gateway.Tests.Rest;

namespace Crank.Gateway.Tests.Policies;

public sealed class ExceptionTests
{
    private const string Path = "/v1/policy/exceptions";
    private const string Body = """{"rule":"night","tenant":"acme","principal":"p","capability":"echo@1","until":"2026-01-08T00:00:00Z","reason":"The night build moves next week."}""";

    [Fact]
    public async Task An_exception_is_made_listed_over_after_its_end_and_removed()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var made = await gateway.Owner.PostAsync(Path, Body);
        var exception = await made.JsonAsync(HttpStatusCode.Created);
        Assert.Equal($"{Path}/{exception["id"]}", made.Field("Location"));
        Assert.Equal(("night", "acme", "p", "echo@1", "owner", true), ((string)exception["rule"]!, (string)exception["tenant"]!, (string)exception["principal"]!, (string)exception["capability"]!, (string)exception["by"]!, (bool)exception["live"]!));
        Assert.Single((await (await gateway.Owner.AskAsync("/v1/policy")).JsonAsync())["exceptions"]!.AsArray());

        gateway.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Empty((await (await gateway.Owner.AskAsync(Path)).JsonAsync())["items"]!.AsArray());
        Assert.False((bool)Assert.Single((await (await gateway.Owner.AskAsync(Path + "?all=true")).JsonAsync())["items"]!.AsArray())!["live"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Owner.SendAsync(HttpMethod.Delete, $"{Path}/{exception["id"]}", null)).StatusCode);
        await (await gateway.Owner.SendAsync(HttpMethod.Delete, $"{Path}/{exception["id"]}", null)).ProblemAsync(404, "not-found");
        Assert.Empty(gateway.Controller.Exemptions.All);
    }

    [Theory]
    [InlineData("\"rule\":\"night\"", "\"rule\":\"policy.failed\"")]
    [InlineData("2026-01-08T00:00:00Z", "2026-06-01T00:00:00Z")]
    [InlineData("2026-01-08T00:00:00Z", "2025-12-31T00:00:00Z")]
    [InlineData("2026-01-08T00:00:00Z", "soon")]
    [InlineData("\"echo@1\"", "\"Echo ?\"")]
    [InlineData("\"reason\"", "\"raeson\"")]
    public async Task What_cannot_be_an_exception_is_refused(string right, string wrong)
    {
        await using var gateway = await TestGateway.StartAsync();
        await (await gateway.Owner.PostAsync(Path, Body.Replace(right, wrong, StringComparison.Ordinal))).ProblemAsync(422, "bad-input");
        Assert.Empty(gateway.Controller.Exemptions.All);
    }

    [Fact]
    public async Task Nobody_makes_one_for_themselves()
    {
        await using var gateway = await TestGateway.StartAsync();
        var admin = await gateway.TenantAsync("acme", "jobs:write", "jobs:read", "keys:admin", "mesh:read");
        await (await admin.PostAsync(Path, Body)).ProblemAsync(403, "forbidden");
        await (await admin.AskAsync(Path)).ProblemAsync(403, "forbidden");
        await (await admin.AskAsync("/v1/policy")).ProblemAsync(403, "forbidden");
    }
}
