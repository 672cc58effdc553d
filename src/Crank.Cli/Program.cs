using System.CommandLine;
using System.CommandLine.Invocation;
using Crank.Cli.Terminal;
using Crank.Cli.Worker;

namespace Crank.Cli;

internal static class Program
{
    private static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(10);

    private static async Task<int> Main(string[] args)
    {
        // A worker is this same program; it confines itself before anything else of it runs.
        if (args is ["worker", ..])
        {
            return await WorkerCommand.RunAsync(args[1..]);
        }

        var parsed = CrankCommand.Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        ExampleCommand.Show(parsed);
        return parsed.Action is ParseErrorAction
            ? UsageError.Explain(parsed, new Answer(args.Contains("--json"), Console.Out, Console.Error))
            : await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // 'up' drains in its own time.
                ProcessTerminationTimeout = parsed.CommandResult.Command is { Name: "up" } ? null : s_timeToStop,
            });
    }
}
