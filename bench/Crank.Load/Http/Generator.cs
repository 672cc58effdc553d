using Crank.Load.Processes;

namespace Crank.Load.Http;

/// <summary>Our side of the load generator's process.</summary>
internal sealed class Generator : IAsyncDisposable
{
    private readonly Child _child = Child.StartOwn(["http-client"]);

    public int Id => _child.Id;

    /// <summary>How many answers of all work so far had another status than 200, and one of these.</summary>
    public (int Count, int Status) Failed { get; private set; }

    /// <exception cref="InvalidOperationException">More than one answer in a hundred had another status than 200.</exception>
    public async Task<HttpFigures> DoAsync(HttpWork work)
    {
        await _child.TellAsync(work.ToString());
        var figures = await _child.HearAsync(HttpFigures.Parse);
        Failed = (Failed.Count + figures.Failed, Math.Max(Failed.Status, figures.Other));
        return figures.Failed <= figures.Requests / 100
            ? figures
            : throw new InvalidOperationException($"{figures.Failed} requests to {work.Target} were not answered with 200 but such as {figures.Other}, {figures.Requests} were.");
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
