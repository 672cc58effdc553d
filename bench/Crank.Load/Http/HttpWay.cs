namespace Crank.Load.Http;

/// <summary>One way to have a body echoed over HTTP.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Target">Where to send.</param>
/// <param name="Key">The key that it asks for; the others are sent it too, so that all requests are alike.</param>
/// <param name="Front">The processes that the request comes to.</param>
/// <param name="Behind">The processes that do the work behind them.</param>
internal sealed record HttpWay(string Name, Uri Target, string Key, IReadOnlyList<int> Front, IReadOnlyList<int> Behind)
{
    /// <summary>Bytes that the server has allocated so far; null when nobody says.</summary>
    public Func<Task<double>>? AllocatedAsync { get; init; }
}
