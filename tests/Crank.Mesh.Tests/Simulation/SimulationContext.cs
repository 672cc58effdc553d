namespace Crank.Mesh.Tests.Simulation;

/// <summary>Runs everything that waits, one thing at a time on the calling thread, in an order that the seed chooses.</summary>
internal sealed class SimulationContext(Random random) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];

    public int Ready => _ready.Count;

    public override void Post(SendOrPostCallback d, object? state) => _ready.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("A simulation never blocks.");

    public override SynchronizationContext CreateCopy() => this;

    public bool Step()
    {
        if (_ready.Count == 0)
        {
            return false;
        }

        var chosen = random.Next(_ready.Count);
        var (callback, state) = _ready[chosen];
        _ready.RemoveAt(chosen);
        callback(state);
        return true;
    }

    /// <summary>What was in flight when the process died never goes on.</summary>
    public void Kill() => _ready.Clear();
}
