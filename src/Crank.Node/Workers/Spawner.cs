using System.Collections.Concurrent;
using System.Diagnostics;

namespace Crank.Node.Workers;

/// <summary>Starts processes from one thread that lives as long as they may: a worker dies with the thread that started it, not with the process.</summary>
internal sealed class Spawner : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> _orders = [];

    public Spawner()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "Crank spawner" };
        thread.Start();
    }

    /// <exception cref="InvalidOperationException">The spawner is closed, or the system refused.</exception>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Add((start, started));
        return started.Task;
    }

    /// <summary>Ends the thread, and with it every worker it started that still lives.</summary>
    public void Dispose() => _orders.CompleteAdding();

    private void Run()
    {
        foreach (var (start, started) in _orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' was not started."));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        }

        _orders.Dispose();
    }
}
