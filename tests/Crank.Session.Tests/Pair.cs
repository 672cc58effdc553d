using System.IO.Pipelines;
using System.Text;
using Crank.Session.Controller;
using Crank.Session.Worker;

namespace Crank.Session.Tests;

/// <summary>A controller's end and a worker's end of one session, in memory.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private Pair(WorkerConnection connection, Task worker)
    {
        Connection = connection;
        Worker = worker;
    }

    public WorkerConnection Connection { get; }

    public Task Worker { get; }

    public static Task<Pair> MakeAsync(Func<WorkerInvocation, CancellationToken, Task<InvocationResult>> handler, int maxInFlight = 64, Func<WorkerHealth>? health = null) =>
        MakeAsync(new WorkerEndpoint(new WorkerHello("tests", "1.2.3", "process+env", "[\"a\"]"u8.ToArray()), handler, health), maxInFlight);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    public static InvocationResult Done(string output, params (string Unit, long Count)[] units) =>
        new InvocationResult.Completed(Encoding.UTF8.GetBytes(output), units.ToDictionary(u => u.Unit, u => u.Count));

    public static Task<InvocationResult> EchoAsync(WorkerInvocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult<InvocationResult>(new InvocationResult.Completed(invocation.Input, InvocationResult.NoUnits));

    public static Invocation Call(string input = "{}") => new() { Capability = "test", Input = Encoding.UTF8.GetBytes(input) };

    public static string Text(InvocationResult result) => Encoding.UTF8.GetString(Assert.IsType<InvocationResult.Completed>(result).Output.Span);

    private static async Task<Pair> MakeAsync(WorkerEndpoint endpoint, int maxInFlight)
    {
        var toWorker = new Pipe();
        var fromWorker = new Pipe();
        var worker = Task.Run(() => endpoint.RunAsync(toWorker.Reader.AsStream(), fromWorker.Writer.AsStream()));
        return new Pair(await WorkerConnection.ConnectAsync(fromWorker.Reader.AsStream(), toWorker.Writer.AsStream(), maxInFlight), worker);
    }
}
