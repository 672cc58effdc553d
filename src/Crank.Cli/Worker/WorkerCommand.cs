using Crank.Cli.Embedded;
using Crank.Sdk;

namespace Crank.Cli.Worker;

/// <summary><c>crank worker NAME</c>: hosts a built-in service as a confined worker. People do not call it; nodes do.</summary>
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
