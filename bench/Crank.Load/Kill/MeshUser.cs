using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Load.Processes;

namespace Crank.Load.Kill;

/// <summary>Somebody who uses a mesh over HTTP and is not surprised when it dies.</summary>
internal sealed class MeshUser : IDisposable
{
    private readonly HttpClient _http;

    public MeshUser(CrankServer crank)
    {
        _http = new() { BaseAddress = crank.Address, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", crank.Key);
    }

    /// <summary>Asks for a job that runs later.</summary>
    /// <returns>The job that was acknowledged; null when nothing was, because the mesh died or the key stands for another request.</returns>
    public async Task<JobId?> AskAsync(string key, int number, DateTimeOffset? notBefore)
    {
        using var request = notBefore is { } time
            ? Post("/v1/jobs", string.Create(CultureInfo.InvariantCulture, $$"""{"capability":"echo","input":{"message":{{number}} },"notBefore":"{{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss}}Z"}"""))
            : Post("/v1/capabilities/echo/invoke", string.Create(CultureInfo.InvariantCulture, $$"""{"input":{"message":{{number}} } }"""));
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Prefer", "respond-async");
        try
        {
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Conflict)
            {
                return null;
            }

            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.OK))
            {
                throw new InvalidOperationException($"A job was refused with {(int)answer.StatusCode}: {body}");
            }

            using var said = JsonDocument.Parse(body);
            return JobId.Parse(said.RootElement.GetProperty("job").GetString()!);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    public async Task<bool> KnowsAsync(JobId job)
    {
        using var answer = await _http.GetAsync(new Uri($"/v1/jobs/{job}", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await _http.GetAsync(new Uri("/readyz", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Waits until nothing is queued or runs but at most so many jobs that wait for later.</summary>
    public async Task WaitUntilIdleAsync(int later, TimeSpan patience)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            if (await CountAsync("queued") <= later && await CountAsync("funded") == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                throw new InvalidOperationException("The queue does not run empty.");
            }

            await Task.Delay(200);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<int> CountAsync(string state)
    {
        var (count, next) = (0, $"/v1/jobs?state={state}&limit=200");
        while (next is not null)
        {
            using var said = JsonDocument.Parse(await _http.GetStringAsync(new Uri(next, UriKind.Relative)));
            count += said.RootElement.GetProperty("items").GetArrayLength();
            next = said.RootElement.TryGetProperty("next", out var cursor) && cursor.GetString() is { } more
                ? $"/v1/jobs?state={state}&limit=200&cursor={Uri.EscapeDataString(more)}"
                : null;
        }

        return count;
    }

    private static HttpRequestMessage Post(string path, string json) => new(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
