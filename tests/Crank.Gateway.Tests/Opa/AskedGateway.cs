using System.Text;
using System.Text.Json;
using Crank.Mesh.Authorize;
using Crank.Rego.Values;

namespace Crank.Gateway.Tests.Opa;

/// <summary>A gateway over policies that a test writes, and replaces.</summary>
internal sealed class AskedGateway : IAsyncDisposable
{
    private AskedGateway(PolicyInForce first) => Policies = new(first, TimeProvider.System);

    /// <summary>What is in force.</summary>
    public PolicyBook Policies { get; }

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>The owner's client, who may everything.</summary>
    public HttpClient Owner => Gateway.Owner;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AskedGateway> StartAsync(string rego, string data = "{}", Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var asked = new AskedGateway(SetOf(rego, data));
        asked.Gateway = await TestGateway.StartWithAsync(parts => parts with { Policies = asked.Policies }, configure);
        return asked;
    }

    /// <summary>Puts another set in force.</summary>
    public void Replace(string rego, string data = "{}") => Policies.Put(SetOf(rego, data));

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(Owner, HttpMethod.Get, path, null);

    public Task<(int Status, JsonElement Body)> PostAsync(string path, string? body) => SendAsync(Owner, HttpMethod.Post, path, body);

    public Task<(int Status, JsonElement Body)> PutAsync(string name, string rego) => SendAsync(Owner, HttpMethod.Put, "/v1/policies/" + name, rego, "text/plain");

    public static async Task<(int Status, JsonElement Body)> SendAsync(HttpClient client, HttpMethod method, string path, string? body, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        }

        using var answer = await client.SendAsync(request, Stop);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static PolicyInForce SetOf(string rego, string data) =>
        PolicyInForce.Of([new("own/main.rego", rego)], JsonIn.Read(data).AsObject(), "a test", "rev-1", null, null, TimeProvider.System);
}
