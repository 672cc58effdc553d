using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Up;

public sealed class UpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_where_it_listens_serves_and_stops_cleanly_when_asked()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);

        using var client = new HttpClient();
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri(up.Address, "/healthz"), Stop));
        Assert.True(File.Exists(Path.Combine(scratch.Data, "crank.sock")));

        Assert.Equal(ExitCode.Done, await up.StopAsync("TERM"));
        Assert.False(File.Exists(Path.Combine(scratch.Data, "crank.sock")));
    }

    [Fact]
    public async Task Who_watches_a_job_of_tomorrow_or_waits_for_it_does_not_keep_it_from_stopping()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        using var owner = Owner(scratch);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        using var accepted = await owner.PostAsync("/v1/jobs", Json($$$"""{"capability":"echo","input":{"message":"x"},"notBefore":"{{{tomorrow}}}"}"""), Stop);
        var job = JsonElement.Parse(await accepted.Content.ReadAsStringAsync(Stop)).GetProperty("job").GetString()!;
        using var events = await owner.GetAsync($"/v1/jobs/{job}/events", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var subscribed = await owner.SendAsync(Subscription(job), HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(ExitCode.Done, await up.StopAsync("TERM"));

        // Each stream has an end; one that was cut off when patience ran out would have none.
        Assert.Contains("queued", await events.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains("SUBMITTED", await subscribed.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_with_what_to_do()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        using var scratch = new Scratch();

        var run = (await scratch.CrankAsync("up", "--listen", $"http://{taken.LocalEndpoint}", "--json")).Exits(ExitCode.NotFoundOrConflict);

        Assert.Contains("--listen", run.ErrorJson.GetProperty("try").GetString());
    }

    [Theory]
    [InlineData("--listen", "nowhere", "not an address")]
    [InlineData("--set", "listen.adresses=http://127.0.0.1:1", "did you mean 'listen.addresses'")]
    [InlineData("--config", "missing.yaml", "There is no configuration")]
    public async Task A_typo_starts_nothing_and_is_answered_with_what_was_meant(string option, string value, string said)
    {
        using var scratch = new Scratch();

        Assert.Contains(said, (await scratch.CrankAsync("up", option, value)).Exits(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task Configuration_that_does_not_fit_is_not_taken_over_while_it_runs()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("crank.yaml", "limits:\n  jsonDepth: 32\n");
        await using var up = await RunningMesh.StartAsync(scratch, "--config", file);

        File.WriteAllText(file, "limits:\n  jsonDepth: deep\n");
        await up.SignalAsync("HUP");
        Assert.Contains("the old one stays in force", await up.LineAsync("configuration"), StringComparison.Ordinal);
        File.WriteAllText(file, "limits:\n  headers: 4096\n  jsonDepth: 16\nquotas:\n  tenant:\n    perSecond: 5\n");
        await up.SignalAsync("HUP");
        Assert.Contains("was read again; a restart is needed for limits.headers.", await up.LineAsync("configuration"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_asked_is_a_mistake_of_the_configuration()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("crank.yaml", "identity:\n  issuers:\n    - issuer: http://login.example\n      audiences: [mesh]\n      tenant: acme\n");

        Assert.Contains("identity.issuers: http://login.example", (await scratch.CrankAsync("up", "--config", file, "--listen", "http://127.0.0.1:0")).Exits(ExitCode.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_show_tells_where_each_value_came_from()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("crank.yaml", "mesh:\n  zone: de\n");

        var shown = (await scratch.CrankWithAsync("", [("CRANK_CURRENCY", "USD")], "config", "show", "--json", "--config", file, "--set", "limits.blob=2048")).Exits(ExitCode.Done).OutJson;

        Assert.Equal(
            [("de", $"{file}:2"), ("USD", "CRANK_CURRENCY"), ("2048", "--set limits.blob"), ("strong", "default")],
            new[] { "mesh.zone", "mesh.currency", "limits.blob", "mesh.minIsolation" }.Select(n => (shown.GetProperty(n).GetProperty("value").ToString(), shown.GetProperty(n).GetProperty("from").GetString()!)));
        Assert.DoesNotContain("secret", (await scratch.CrankAsync("config", "show", "--set", "observability.otlp={\"endpoint\":\"http://x\",\"headers\":{\"key\":\"secret\"}}")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse((await scratch.CrankAsync("config", "schema")).Exits(ExitCode.Done).Out).RootElement.ValueKind);
        Assert.Contains("is valid", (await scratch.CrankAsync("config", "check", "--config", file)).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Subscription(string job)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = Json($$$"""{"jsonrpc":"2.0","id":1,"method":"SubscribeToTask","params":{"id":"{{{job}}}"}}""") };
        request.Headers.Add("A2A-Version", "1.0");
        request.Headers.Host = "localhost";
        return request;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static HttpClient Owner(Scratch scratch) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(scratch.Data, "crank.sock")), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new("http://crank.local") };
}
