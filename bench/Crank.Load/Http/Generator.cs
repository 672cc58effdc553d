using Crank.Load.Processes;

namespace Crank.Load.Http;

/// <summary>Our side of the load generator's process.</summary>
internal sealed class Generator : IAsyncDisposable
{
    private readonly Child _child = Child.StartOwn(["http-client"]);

    public int Id => _child.Id;

    /// <exception cref="InvalidOperationException">Not every answer had the status 200.</exception>
    public async Task<HttpFigures> DoAsync(HttpWork work)
    {
        await _child.TellAsync(work.ToString());
        var figures = await _child.HearAsync(HttpFigures.Parse);
        return figures.Failed == 0 ? figures : throw new InvalidOperationException($"{figures.Failed} requests to {work.Target} were not answered with 200, {figures.Requests} were.");
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
