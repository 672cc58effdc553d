using System.CommandLine;
using System.CommandLine.Help;
using Crank.Cli.Completion;
using Crank.Cli.Config;
using Crank.Cli.Inspect;
using Crank.Cli.Invoke;
using Crank.Cli.Keys;
using Crank.Cli.Ledger;
using Crank.Cli.Policy;
using Crank.Cli.Receipts;
using Crank.Cli.Remote;
using Crank.Cli.Rollouts;
using Crank.Cli.Trusting;
using Crank.Cli.Up;

namespace Crank.Cli;

/// <summary>The words of the command line: a stable face.</summary>
internal static class CrankCommand
{
    private const string Text = """
        Runs useful work as governed jobs: decided by policy, priced, placed, isolated, metered, and receipted.

          crank invoke doc.convert --in report.docx --param to=markdown > report.md
          crank up
          crank capabilities
          crank receipt verify FILE
          crank ledger verify
          crank policy test FOLDER

        Results go to standard output, everything for people to standard error. Exit codes: 0 done, 2 usage, 3 refused by policy,
        4 no funds or over quota, 5 bad input, 6 not done, 7 unknown, 8 no offer, 9 not authenticated, 10 not found or conflict, 11 data folder unusable, 12 deadline,
        13 verification says no, 130 interrupted.
        """;

    public static RootCommand Create()
    {
        var root = new RootCommand(Text);
        foreach (var option in GlobalOptions.All.Concat(ConfigurationOptions.All).Append(RemoteOptions.Mesh))
        {
            root.Add(option);
        }

        root.Options.OfType<VersionOption>().Single().Description = "Show the version, and nothing else.";
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show what there is to say, for each command too.";
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");

        root.Add(InvokeCommand.Create());
        root.Add(UpCommand.Create());
        root.Add(CapabilitiesCommand.Create());
        root.Add(ServicesCommand.Create());
        root.Add(JobsCommand.Create());
        root.Add(ExplainCommand.Create());
        root.Add(ReceiptCommand.Create());
        root.Add(LedgerCommand.Create());
        root.Add(PolicyCommand.Create());
        root.Add(RolloutCommand.Create());
        root.Add(KeysCommand.Create());
        root.Add(TrustCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(ConfigCommand.Create());
        root.Add(CompletionCommand.Create());
        return root;
    }
}
