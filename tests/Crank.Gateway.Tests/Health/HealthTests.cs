using System.Net;

namespace Crank.Gateway.Tests.Health;

public sealed class HealthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_lives_says_ok_to_everybody()
    {
        await using var gateway = await TestGateway.StartAsync();

        Assert.Equal("ok\n", await gateway.Anonymous.GetStringAsync("/healthz", Stop));
    }

    [Fact]
    public async Task The_owners_socket_serves_too()
    {
        await using var gateway = await TestGateway.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.GetAsync("/healthz", Stop)).StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_with_a_code()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Anonymous.GetAsync("/nowhere", Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"code\":\"not-found\"", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_is_not_served_is_named_in_the_problem_and_the_ones_served_in_Allow()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Anonymous.DeleteAsync("/healthz", Stop);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains("GET", answer.Content.Headers.Allow);
    }
}
