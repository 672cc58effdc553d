namespace Crank.Load.Http;

/// <summary>What one round measured.</summary>
/// <param name="Figures">What the load generator saw.</param>
/// <param name="Front">CPU µs a request in the server.</param>
/// <param name="Behind">In the worker behind it.</param>
/// <param name="Client">In the load generator.</param>
/// <param name="Allocated">Bytes a request that the server allocated; null when nobody says.</param>
internal sealed record HttpRound(HttpFigures Figures, double Front, double Behind, double Client, double? Allocated)
{
    public double PerSecond => Figures.Requests / Figures.Seconds;
}
