using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.Tests.Observability.Objectives;

namespace Crank.Gateway.Tests.Observability;

/// <summary>A real Prometheus scrapes a real gateway with a real key.</summary>
public sealed class PrometheusTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_counts_the_jobs_that_ran_and_knows_the_burn_rate()
    {
        var program = Find("prometheus");
        var scraped = TestWorkers.Echo with { Id = CapabilityVersion.Parse("scraped@1.0.0") };
        var folder = Directory.CreateTempSubdirectory("prom-").FullName;
        try
        {
            var objectives = Path.Combine(folder, "slo.yaml");
            await File.WriteAllTextAsync(objectives, OpenSloTests.Availability.Replace("echo", "scraped", StringComparison.Ordinal), Stop);
            await using var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Objectives = [objectives] } }, scraped);
            for (var i = 0; i < 7; i++)
            {
                using var job = await gateway.Owner.PostAsync("/v1/capabilities/scraped/invoke", Json("""{"input":{"message":"hello"}}"""), Stop);
                Assert.Equal(HttpStatusCode.OK, job.StatusCode);
            }

            using var made = await gateway.Owner.PostAsync("/v1/keys", Json("""{"name":"prometheus","scopes":["mesh:read"]}"""), Stop);
            await File.WriteAllTextAsync(Path.Combine(folder, "key"), (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Stop))!["key"]!, Stop);
            await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $"""
                global: {"{"} scrape_interval: 1s {"}"}
                scrape_configs:
                  - job_name: crank
                    authorization: {"{"} credentials_file: {folder}/key {"}"}
                    static_configs: [{"{"} targets: ['{gateway.Address.Authority}'] {"}"}]
                """, Stop);
            Assert.Equal(0, (await RunAsync(Find("promtool"), ["check", "config", Path.Combine(folder, "prometheus.yml")], "")).Exit);

            await using var prometheus = new Running(program, folder);
            Assert.Equal("7", await prometheus.QueryAsync("crank_job_duration_seconds_count{crank_capability_name=\"scraped\",crank_job_state=\"done\"}", "7"));
            Assert.Equal("0", await prometheus.QueryAsync("crank_slo_burn_rate{crank_slo_name=\"scraped-availability\",crank_slo_window=\"5m\"}", "0"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_names_and_units_pass_Prometheus_own_check()
    {
        var program = Find("promtool");
        await using var gateway = await TestGateway.StartAsync();
        using var job = await gateway.Owner.PostAsync("/v1/capabilities/echo/invoke", Json("""{"input":{"message":"hello"}}"""), Stop);
        var figures = (await gateway.Owner.GetStringAsync("/metrics", Stop)).Split('\n').Where(l => l.StartsWith("crank_", StringComparison.Ordinal) || l.Contains(" crank_", StringComparison.Ordinal));

        var (exit, output) = await RunAsync(program, ["check", "metrics"], string.Join('\n', figures) + "\n");

        Assert.True(exit == 0, output);
    }

    private static StringContent Json(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    private static string Find(string name)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"There is no {name} on this machine: .ci/install-peers installs it.");
        return program!;
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.StandardInput.WriteAsync(input.AsMemory(), Stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Stop).WaitAsync(s_patience, Stop);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A Prometheus on a port that was free a moment ago; when somebody took it meanwhile, on another.</summary>
    private sealed class Running(string program, string folder) : IAsyncDisposable
    {
        private Process? _process;
        private HttpClient? _client;

        /// <summary>The value of a query, asked until it is what is waited for or patience ends.</summary>
        public async Task<string?> QueryAsync(string query, string expected)
        {
            string? last = null;
            for (var waited = TimeSpan.Zero; last != expected && waited < s_patience; waited += TimeSpan.FromMilliseconds(200))
            {
                if (_process is null or { HasExited: true })
                {
                    Start();
                }

                try
                {
                    var answer = JsonElement.Parse(await _client!.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), Stop));
                    last = answer.GetProperty("data").GetProperty("result") is { } result && result.GetArrayLength() == 1 ? result[0].GetProperty("value")[1].GetString() : last;
                }
                catch (HttpRequestException)
                {
                    // It is still starting.
                }

                await Task.Delay(200, Stop);
            }

            return last;
        }

        public async ValueTask DisposeAsync()
        {
            _client?.Dispose();
            if (_process is { HasExited: false })
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }

            _process?.Dispose();
        }

        private void Start()
        {
            _process?.Dispose();
            _client?.Dispose();
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            _client = new() { BaseAddress = new("http://" + address) };
            _process = Process.Start(new ProcessStartInfo(program,
            [
                "--config.file=" + Path.Combine(folder, "prometheus.yml"), "--storage.tsdb.path=" + Path.Combine(folder, "data"), "--web.listen-address=" + address, "--log.level=error",
            ])
            {
                UseShellExecute = false,
            })!;
        }
    }
}
