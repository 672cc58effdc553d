using System.Text.RegularExpressions;
using Crank.Cli.Tests.Running;
using Crank.Mesh.Path;
using Crank.Node.Workers;
using Crank.Session;

namespace Crank.Cli.Tests;

/// <summary>Holds <c>docs/errors.md</c> against the code.</summary>
public sealed partial class ErrorListTests
{
    private static readonly List<List<Match>> s_tables = Tables();

    [Fact]
    public void The_refusals_of_the_path_are_listed() =>
        Assert.Equal(RefusalCodes.All.Select(c => c.Value), s_tables[0].Select(r => r.Groups["code"].Value));

    [Fact]
    public void Each_refusal_is_listed_with_its_exit_code()
    {
        foreach (var row in s_tables[0])
        {
            var kind = row.Groups["code"].Value switch
            {
                "bad-input" or "too-large" => RefusalKind.BadInput,
                "unknown-capability" => RefusalKind.NotFound,
                "key-conflict" => RefusalKind.Conflict,
                "forbidden" or "locked-down" => RefusalKind.Policy,
                "no-offer" or "none-within-terms" or "busy" or "queue-full" or "stopping" => RefusalKind.NoOffer,
                "over-budget" or "no-funds" or "key-budget-spent" => RefusalKind.NoFunds,
                "deadline-passed" => RefusalKind.Deadline,
                "cancelled" => RefusalKind.Cancelled,
                "storage-failed" => RefusalKind.Storage,
                "outcome-unknown" => RefusalKind.Unknown,
                _ => RefusalKind.NotDone,
            };
            Assert.StartsWith($"{ExitCode.Of(new(kind, RefusalCodes.All.Single(c => c.Value == row.Groups["code"].Value), ""))}", row.Groups["second"].Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_ends_of_a_worker_are_listed()
    {
        string[] said =
        [
            .. Enum.GetValues<KillReason>().Where(r => r is not (KillReason.Deadline or KillReason.Cancelled)).Select(r => r.ToCode()),
            WorkerErrors.Start, WorkerErrors.Isolation, WorkerErrors.Input,
            InvocationErrors.Internal, InvocationErrors.NotFound, InvocationErrors.BadInput, InvocationErrors.OutputTooLarge,
        ];
        Assert.Equal(said.Order(), s_tables[1].Select(r => r.Groups["code"].Value).Order());
    }

    [Fact]
    public void What_the_command_line_says_itself_is_listed_with_its_exit_code() =>
        Assert.Equal(
            FailureCodes.All.Select(c => $"{c.Key} {c.Value}").Order(),
            s_tables[2].Select(r => $"{r.Groups["code"].Value} {r.Groups["second"].Value}").Order());

    private static List<List<Match>> Tables() =>
        [.. File.ReadAllText(Path.Combine(Scratch.Root, "docs/errors.md")).Split("| code |").Skip(1).Select(t => Row().Matches(t).ToList())];

    [GeneratedRegex(@"^\| `(?<code>[a-z-]+)` \| (?<second>[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
