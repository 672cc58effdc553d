using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Crank.Gateway.Tests.Rest.Jobs;

/// <summary>Reads server-sent events as a client would.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage answer, StreamReader lines) => (_answer, _lines) = (answer, lines);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<EventReader> OpenAsync(HttpClient client, string job, long? after = null)
    {
        var answer = await client.AskAsync($"/v1/jobs/{job}/events", after is null ? [] : [("Last-Event-ID", after.Value.ToString(CultureInfo.InvariantCulture))]);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream", ""), (answer.StatusCode, answer.Field("Content-Type"), answer.Field("Content-Encoding")));
        return new(answer, new(await answer.Content.ReadAsStreamAsync(Stop)));
    }

    /// <summary>The next event.</summary>
    public async Task<(long Id, string Name, JsonNode Data)> NextAsync()
    {
        var (id, name, data) = (0L, "", "");
        while (await _lines.ReadLineAsync(Stop) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var value]:
                    id = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case ["event", var value]:
                    name = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case [""] when data.Length > 0:
                    return (id, name, JsonNode.Parse(data)!);
            }
        }

        throw new EndOfStreamException("The stream of events ended.");
    }

    /// <summary>The next comment.</summary>
    public async Task<string> CommentAsync()
    {
        while (await _lines.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith(':'))
            {
                return line;
            }
        }

        throw new EndOfStreamException("The stream of events ended.");
    }

    public async Task<bool> HasEndedAsync() => await _lines.ReadLineAsync(Stop) is null;

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}
