namespace Crank.Mesh;

/// <summary>A job that runs at once: who waits for its end, and how to stop it.</summary>
internal sealed class InFlight(CancellationTokenSource stop)
{
    public TaskCompletionSource<JobReport> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for its end, and goes on in the context of whoever waits.</summary>
    public async Task<JobReport> EndedAsync() => await End.Task;

    /// <summary>True when the controller stops it, and not its caller.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Stops the job; nothing happens when it has ended.</summary>
    /// <param name="isCut">True when the controller stops it.</param>
    public void Stop(bool isCut)
    {
        IsCut |= isCut;
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
