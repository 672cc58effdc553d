namespace Crank.Node.Workers;

/// <summary>A job that waits for a worker.</summary>
/// <param name="shared">Whether a worker that runs other concurrent jobs will do.</param>
internal sealed class Waiter(bool shared)
{
    private readonly TaskCompletionSource<WorkerProcess> _worker = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsShared { get; } = shared;

    public Task<WorkerProcess> Worker => _worker.Task;

    public void Give(WorkerProcess worker) => _worker.SetResult(worker);

    public void Fail(Exception reason) => _worker.TrySetException(reason);
}
