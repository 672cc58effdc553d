using Crank.Mesh.Path;

namespace Crank.Mesh;

/// <summary>A job that runs at once: who waits for its end, and how to stop it.</summary>
internal sealed class InFlight(CancellationTokenSource stop)
{
    public TaskCompletionSource<JobReport> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for its end, and goes on in the context of whoever waits.</summary>
    public async Task<JobReport> EndedAsync() => await End.Task;

    /// <summary>Why the controller stops it; null while it does not, or when its caller takes it back.</summary>
    public Refusal? Cut { get; private set; }

    /// <summary>Stops the job; nothing happens when it has ended.</summary>
    /// <param name="cut">Why the controller stops it; null when its caller takes it back.</param>
    public void Stop(Refusal? cut)
    {
        Cut ??= cut;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }
}
