using Crank.Cli.Embedded;
using Crank.Sdk;

namespace Crank.Cli.Worker;

/// <summary><c>crank worker NAME</c>: hosts a built-in service as a confined worker of this machine, or, with <c>--mesh URL --key-file FILE</c>, joins it to another mesh.</summary>
internal static class WorkerCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (args is [var name, ..] && BuiltInServices.Makers.TryGetValue(name, out var service))
        {
            return WorkerHost.RunAsync(service, [.. args.Skip(1)]);
        }

        Console.Error.WriteLine($"crank: a worker hosts one of {string.Join(", ", BuiltInServices.Makers.Keys)}.");
        return Task.FromResult(ExitCode.Usage);
    }
}
