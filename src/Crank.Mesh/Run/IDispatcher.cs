namespace Crank.Mesh.Run;

/// <summary>The place where sandboxes plug in: hands one job to a worker of one offer and waits for its end.</summary>
public interface IDispatcher
{
    /// <summary>Runs the job on the offer's node, or says that there is no room.</summary>
    /// <remarks>Never throws for what a worker does; cancellation ends the worker's job and is answered with <see cref="DispatchResult.Stopped"/> or <see cref="OperationCanceledException"/>.</remarks>
    Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken);
}
