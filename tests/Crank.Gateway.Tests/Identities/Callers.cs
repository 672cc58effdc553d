using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Crank.Gateway.Tests.Identities;

/// <summary>Tenants, principals and clients with keys, made over HTTP as anyone would.</summary>
internal static class Callers
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A client of a new tenant's admin.</summary>
    public static async Task<HttpClient> AdminAsync(this TestGateway gateway, string tenant, string more = "")
    {
        var answer = await gateway.Owner.PostAsync("/v1/tenants", Json($$"""{"id":"{{tenant}}","limitMicros":-50000000{{more}}}"""), Stop);
        Assert.Equal(201, (int)answer.StatusCode);
        return gateway.With((await answer.JsonAsync()).GetProperty("firstKey").GetProperty("key").GetString()!);
    }

    /// <summary>A client of a new principal with these roles, by a key that an admin makes.</summary>
    public static async Task<HttpClient> PrincipalAsync(this TestGateway gateway, HttpClient admin, string principal, params string[] roles)
    {
        Assert.Equal(201, (int)(await admin.PutAsync($"/v1/principals/{principal}", Json($$"""{"roles":{{JsonSerializer.Serialize(roles)}}}"""), Stop)).StatusCode);
        return gateway.With((await KeyAsync(admin, $$"""{"principal":"{{principal}}"}""")).GetProperty("key").GetString()!);
    }

    public static async Task<JsonElement> KeyAsync(HttpClient admin, string body)
    {
        var answer = await admin.PostAsync("/v1/keys", Json(body), Stop);
        Assert.Equal(201, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }

    /// <summary>A client that sends a bearer credential.</summary>
    public static HttpClient With(this TestGateway gateway, string credential)
    {
        var client = new HttpClient { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        return client;
    }

    public static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    public static Task<JsonElement> JsonAsync(this HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

    public static async Task<int> StatusAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Stop);
        return (int)answer.StatusCode;
    }

    public static DateTimeOffset Now(this TestGateway gateway) => gateway.Clock.GetUtcNow();

    public static string CredentialOf(this HttpClient client) => client.DefaultRequestHeaders.Authorization!.Parameter!;
}
