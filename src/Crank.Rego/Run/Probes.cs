using Crank.Rego.Syntax;

namespace Crank.Rego.Run;

/// <summary>Counts and times of the conditions of an instrumented plan; one per decision or test run.</summary>
public sealed class Probes
{
    private readonly Dictionary<Location, long> _counts = [];

    /// <summary>How often each condition or rule head was reached, by where it stands.</summary>
    public IReadOnlyDictionary<Location, long> Counts => _counts;

    /// <summary>Called at each condition and rule head before it is evaluated; null for none.</summary>
    public Action<Location>? Trace { get; init; }

    internal void Reach(Location at)
    {
        _counts[at] = _counts.GetValueOrDefault(at) + 1;
        Trace?.Invoke(at);
    }
}
