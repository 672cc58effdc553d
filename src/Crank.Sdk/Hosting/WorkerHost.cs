using System.Text;
using Crank.Confinement;
using Crank.Session;
using Crank.Session.Worker;

namespace Crank.Sdk;

/// <summary>Hosts a service as a worker process: confines itself, takes standard input and output for the session, serves until its controller is gone.</summary>
public static class WorkerHost
{
    private const int LeastThreads = 8;
    private const int MostThreads = 64;

    /// <summary>The version of this Sdk, e.g. <c>1.0.0</c>.</summary>
    private static readonly string Sdk = typeof(WorkerHost).Assembly.GetName().Version!.ToString(3);

    /// <summary>
    /// The whole Main of a worker. <c>--describe</c> prints the capability descriptors instead, and <c>--version</c> name and version; <c>--mesh URL --key-file FILE</c> joins a
    /// running mesh as a service from outside, and stays until it is asked to stop.
    /// </summary>
    /// <param name="service">Makes the service; called after the process has confined itself.</param>
    /// <param name="args">The arguments of Main.</param>
    /// <param name="cancellationToken">Ends the session at once.</param>
    /// <returns>Exit code: 0 when the session ended, 1 when the controller broke the protocol, 2 for wrong arguments, 125 when confinement failed; with <c>--mesh</c> also 3 when the mesh refused the registration and 9 when it refused the key.</returns>
    /// <remarks>Call it before anything else in Main: the process may be started again, confined, from inside this call.</remarks>
    public static async Task<int> RunAsync(Func<Service> service, IReadOnlyList<string> args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(args);
        if (args.Contains("--mesh")) return await JoinAsync(service, args, cancellationToken);
        ConfinementProof proof;
        try
        {
            proof = Confined.Start();
        }
        catch (ConfinementException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Confined.ExitCode;
        }

        var output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error);   // a stray line on standard output would be a broken frame
        if (args.Count > 0) return await PrintAsync(service(), args, output);
        var input = Console.OpenStandardInput();
        Console.SetIn(TextReader.Null);
        return await ServeAsync(service(), proof.ToString(), input, output, cancellationToken);
    }

    internal static WorkerEndpoint Endpoint(Service service, string isolation, TimeProvider clock, Action<Exception> log) =>
        new(
            new WorkerHello(service.Name, service.Version.ToString(), isolation, service.Describe(), Sdk),
            (invocation, token) => service.Find(invocation.Capability, invocation.Version) is { } capability
                ? capability.InvokeAsync(invocation, clock, log, token)
                : Task.FromResult<InvocationResult>(new InvocationResult.Failed(
                    InvocationErrors.NotFound, $"{service.Name} {service.Version} has no {invocation.Capability}{(invocation.Version is null ? "" : "@" + invocation.Version)}.", Retryable: true)),
            () => service.Health);

    private static async Task<int> JoinAsync(Func<Service> service, IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        MeshAddress address;
        try
        {
            address = MeshAddress.Read(args);
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }

        Console.SetOut(Console.Error);
        using var signals = new LeaveSignals(cancellationToken);
        return await new MeshJoin(service(), address, TimeProvider.System, new Random(), Console.Error.WriteLine).RunAsync(signals.Leave, signals.End);
    }

    private static async Task<int> ServeAsync(Service service, string isolation, Stream input, Stream output, CancellationToken cancellationToken)
    {
        // Reading standard input holds one thread for good and a busy capability another: pings and cancellations need more
        // than two. The maximum keeps stacks of a pool that grows under load from eating a document's memory.
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        ThreadPool.SetMaxThreads(MostThreads, MostThreads);
        try
        {
            await Endpoint(service, isolation, TimeProvider.System, Log).RunAsync(input, output, cancellationToken);
            return 0;
        }
        catch (SessionException e) when (e.Fault == SessionFault.PeerGone)
        {
            return 0;
        }
        catch (SessionException e)
        {
            await Console.Error.WriteLineAsync($"The session ended: {e.Message}");
            return 1;
        }
    }

    private static void Log(Exception exception) => Console.Error.WriteLine(exception);

    private static async Task<int> PrintAsync(Service service, IReadOnlyList<string> args, Stream output)
    {
        var text = args switch
        {
            ["--describe"] => service.Describe(),
            ["--version"] => Encoding.UTF8.GetBytes($"{service.Name} {service.Version}"),
            _ => null,
        };
        if (text is null)
        {
            await Console.Error.WriteLineAsync($"'{string.Join(' ', args)}' is not understood; a worker takes --describe, --version, --mesh URL --key-file FILE, or nothing and a session on standard input and output.");
            return 2;
        }

        await output.WriteAsync(text);
        await output.WriteAsync("\n"u8.ToArray());
        await output.FlushAsync();
        return 0;
    }
}
