using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Crank.Gateway.Tests.Contract;

/// <summary>Requests made from the contract alone, right and wrong, over all operations: every answer is one that the contract declares.</summary>
public sealed class ContractPropertyTests(ITestOutputHelper output)
{
    /// <summary>The chance of a run; another one makes other requests.</summary>
    private const string SeedVariable = "CRANK_CONTRACT_SEED";

    /// <summary>How many requests.</summary>
    private const string CountVariable = "CRANK_CONTRACT_REQUESTS";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_is_declared()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out var given) ? given : 20_261_125;
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), out var many) ? many : 2_500;
        await using var gateway = await TestGateway.StartAsync(o => o with { Quotas = new() { Tenant = new() } });
        // Not the tenant of the examples, whose quota made requests change.
        using var tenant = await gateway.TenantAsync("asker");
        using var limited = await gateway.TenantAsync("asker", "no:scope");
        var api = await ContractApi.ReadAsync(gateway.Anonymous, Stop);
        var known = await KnownAsync(tenant);

        var wrong = new List<string>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        var met = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < count && wrong.Count < 20; i++)
        {
            // What is counted by time, such as failed credentials, is not what is asked about here.
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            var made = ContractCase.Make(api, new Random(HashCode(seed, i)), known);
            var client = made.Fault switch { ContractFault.Anonymous => gateway.Anonymous, ContractFault.Scope => limited, _ => tenant };
            var (error, status) = await SendAsync(client, made);
            if (made.Operation.Id == "lockDown")
            {
                // Else every job after it is refused, and nothing is learned of their other answers.
                await gateway.Controller.Lockdown.UnlockAsync();
            }

            var key = $"{made.Operation.Id} {status}";
            met[key] = met.GetValueOrDefault(key) + 1;
            if (error is not null && told.Add(key))
            {
                wrong.Add($"request {i} of seed {seed}: {made}: {error}");
            }
        }

        output.WriteLine(string.Join('\n', met.Select(m => $"{m.Key}: {m.Value}")));
        Assert.True(wrong.Count == 0, $"Set {SeedVariable}={seed} to make the same requests again.\n{string.Join('\n', wrong)}");
        Assert.All(api.Operations, operation => Assert.Contains(met.Keys, k => k.StartsWith(operation.Id + " ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_answer_that_is_not_declared_is_found()
    {
        await using var gateway = await TestGateway.StartAsync();
        var api = await ContractApi.ReadAsync(gateway.Anonymous, Stop);
        var health = api.Operations.Single(o => o.Path == "/healthz");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");

        var silent = health with { Answers = health.Answers.Where(a => a.Key != 200).ToDictionary() };
        Assert.Contains("200 is not declared", (await SendAsync(gateway.Anonymous, new(silent, ContractFault.None, request))).Error, StringComparison.Ordinal);
    }

    private static int HashCode(int seed, int index) => unchecked((seed * 397) ^ (index * 7_919));

    /// <summary>Names of things that are there, by the parameter that takes them.</summary>
    private static async Task<IReadOnlyDictionary<string, List<string>>> KnownAsync(HttpClient tenant)
    {
        var known = new ConcurrentDictionary<string, List<string>>(StringComparer.Ordinal) { ["capability"] = ["echo"] };
        foreach (var body in new[] { """{"input":{"message":"hello"}}""", """{"input":{}}""" })
        {
            using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using var answer = await tenant.PostAsync("/v1/capabilities/echo/invoke", content, Stop);
            var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop));
            if (json.TryGetProperty("job", out var job))
            {
                known.GetOrAdd("job", _ => []).Add(job.GetString()!);
            }
        }

        Assert.Equal(2, known["job"].Count);
        return known;
    }

    private static async Task<(string? Error, int Status)> SendAsync(HttpClient client, ContractCase made)
    {
        using var request = made.Request;
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var status = (int)answer.StatusCode;
        return (await ErrorAsync(answer, status, made), status);
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage answer, int status, ContractCase made)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(Stop).WaitAsync(TimeSpan.FromMinutes(2), Stop);
        if (made.Fault == ContractFault.Method)
        {
            return status is 405 or 404 ? null : $"{status} for a method that is not served: {System.Text.Encoding.UTF8.GetString(body)}";
        }

        if (status == 500 || !made.Operation.Answers.TryGetValue(status, out var contents))
        {
            return $"{status} is not declared: {System.Text.Encoding.UTF8.GetString(body)}";
        }

        if (made.Fault is ContractFault.Anonymous && status != (int)HttpStatusCode.Unauthorized)
        {
            return $"{status} without an identity";
        }

        if (made.Fault is ContractFault.Scope && status != (int)HttpStatusCode.Forbidden)
        {
            return $"{status} without the scope";
        }

        if (made.Operation.Method == "HEAD")
        {
            return body.Length == 0 ? null : $"{status} to HEAD has a body";
        }

        if (contents.Length == 0)
        {
            return body.Length == 0 ? null : $"{status} is declared without a body and has one";
        }

        if (body.Length == 0 && made.Operation.BodyOptional.Contains(status))
        {
            return null;
        }

        var mediaType = answer.Content.Headers.ContentType?.MediaType ?? "";
        var content = contents.FirstOrDefault(c => c.MediaType == mediaType) ?? contents.FirstOrDefault(c => c.MediaType == "*/*" || (c.MediaType == "application/octet-stream" && mediaType.Length > 0 && status < 300));
        if (content is null)
        {
            return $"{status} with the media type '{mediaType}' is not declared";
        }

        if (!mediaType.EndsWith("json", StringComparison.Ordinal))
        {
            return null;
        }

        JsonElement value;
        try
        {
            value = JsonElement.Parse(body);
        }
        catch (JsonException e)
        {
            return $"{status} is not JSON: {e.Message}";
        }

        return mediaType == "application/problem+json" && value.GetProperty("status").GetInt32() != status
            ? $"{status} says of itself that it is {value.GetProperty("status")}"
            : content.Schema.Error(value) is { } error ? $"{status} does not fit its schema: {error}: {value}" : null;
    }
}
