using System.CommandLine;
using System.CommandLine.Parsing;
using Crank.Cli.Terminal;
using Crank.Schema;

namespace Crank.Cli;

/// <summary>What is said when the words of a command line do not fit: which word, and the nearest right one.</summary>
internal static class UsageError
{
    public static int Explain(ParseResult parsed, Answer answer)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
            .Concat(Options(parsed.CommandResult).Where(o => !o.Hidden).Select(o => o.Name))
            .ToList();
        var nearest = parsed.UnmatchedTokens.Select(t => NearestName.Find(t, known)).FirstOrDefault(n => n is not null);
        var path = string.Join(' ', Path(parsed.CommandResult).Reverse());
        return answer.Fail(ExitCode.Usage, "usage", parsed.Errors[0].Message, nearest is null ? $"See '{path} --help'." : $"Did you mean '{nearest}'?");
    }

    private static IEnumerable<Option> Options(CommandResult at) =>
        at.Parent is CommandResult parent ? at.Command.Options.Concat(Options(parent).Where(o => o.Recursive)) : at.Command.Options;

    private static IEnumerable<string> Path(CommandResult at)
    {
        for (var here = at; here is not null; here = here.Parent as CommandResult)
        {
            yield return here.Parent is null ? "crank" : here.Command.Name;
        }
    }
}
