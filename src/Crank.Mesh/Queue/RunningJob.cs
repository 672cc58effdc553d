namespace Crank.Mesh.Queue;

/// <summary>A job of the queue that runs, and how to stop it.</summary>
internal sealed class RunningJob(QueueEntry entry) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public QueueEntry Entry { get; } = entry;

    /// <summary>Cancelled when it is to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>True when it is stopped to be run later, and not because its caller took it back.</summary>
    public bool IsHandedBack { get; private set; }

    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Stops it; nothing happens when it has ended.</summary>
    /// <param name="handBack">True to run it later.</param>
    public void Stop(bool handBack)
    {
        IsHandedBack |= handBack;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    public void Dispose() => _stop.Dispose();
}
