using System.Globalization;
using System.Text.Json;
using Crank.Cli.Embedded;

namespace Crank.Load.Processes;

/// <summary>A real <c>crank up</c> in a process of its own, and the owner's key.</summary>
internal sealed class CrankServer : IAsyncDisposable
{
    private static readonly HttpClient s_http = new();

    private readonly Child _child;

    private CrankServer(Child child, Uri address, string key) => (_child, Address, Key) = (child, address, key);

    public Uri Address { get; }

    public string Key { get; }

    public int Id => _child.Id;

    /// <summary>Starts it on a free port of this machine and waits until it says that it is up.</summary>
    /// <param name="program">The built program; empty for the one beside this one.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="settings">Settings beyond the defaults, each <c>path=value</c>.</param>
    public static async Task<CrankServer> StartAsync(string program, string data, params string[] settings)
    {
        string[] arguments =
        [
            "up", "--json", "--listen", "http://127.0.0.1:0", "--data", data, "--set", "mesh.ownerLimit=-1000000", .. settings.SelectMany(s => (string[])["--set", s]),
        ];
        var child = program.Length > 0 ? Child.Start(program, arguments) : Child.Start(SelfProgram.Executable, [.. SelfProgram.Arguments, .. arguments]);
        try
        {
            var address = await child.HearAsync(Address);
            return new(child, new Uri(address), (await File.ReadAllTextAsync(Path.Combine(data, Gateway.Identity.FirstKey.FileName))).Trim());
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }

        static string? Address(string line)
        {
            if (!line.Contains("\"event\":\"up\"", StringComparison.Ordinal))
            {
                return null;
            }

            using var said = JsonDocument.Parse(line);
            return said.RootElement.GetProperty("addresses")[0].GetString();
        }
    }

    /// <summary>A figure that it shows at <c>/metrics</c>, summed over its labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/metrics"));
        request.Headers.Authorization = new("Bearer", Key);
        using var answer = await s_http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsStringAsync()).Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' ')
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Bytes that it has allocated so far.</summary>
    public Task<double> AllocatedAsync() => MetricAsync("dotnet_gc_heap_total_allocated_bytes_total");

    public Task KillAsync() => _child.KillAsync();

    public Task<int> StopAsync() => _child.StopAsync();

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
