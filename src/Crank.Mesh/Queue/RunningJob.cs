using Crank.Mesh.Path;

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

    /// <summary>What it ends with when it was stopped to be run later, and may not run twice.</summary>
    public Refusal Cut { get; private set; } = FinishedJob.Stopped;

    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Stops it; nothing happens when it has ended.</summary>
    /// <param name="handBack">True to run it later.</param>
    /// <param name="cut">Why the controller stops it; null when it stops itself, or when the caller takes the job back.</param>
    public void Stop(bool handBack, Refusal? cut = null)
    {
        IsHandedBack |= handBack;
        Cut = cut ?? Cut;
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
