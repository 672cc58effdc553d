namespace Crank.Storage;

/// <summary>What a <see cref="MemoryStore"/> has made durable. It outlives the store: open another one on it after a simulated crash.</summary>
public sealed class MemoryDisk
{
    private volatile MemoryState _state = MemoryState.Empty;

    internal MemoryState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>A second disk with the same content; from here on they know nothing of each other. Costs nothing.</summary>
    public MemoryDisk Clone() => new() { State = State };
}
