using System.CommandLine;
using Crank.Cli.Completion;
using Crank.Cli.Inspect;
using Crank.Cli.Invoke;
using Crank.Cli.Keys;
using Crank.Cli.Ledger;
using Crank.Cli.Receipts;

namespace Crank.Cli;

/// <summary>The words of the command line: a stable face.</summary>
internal static class CrankCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Runs useful work as governed jobs: decided by policy, priced, placed, isolated, metered, and receipted.");
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        root.Add(InvokeCommand.Create());
        root.Add(CapabilitiesCommand.Create());
        root.Add(JobsCommand.Create());
        root.Add(ExplainCommand.Create());
        root.Add(ReceiptCommand.Create());
        root.Add(LedgerCommand.Create());
        root.Add(KeysCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(CompletionCommand.Create());
        return root;
    }
}
