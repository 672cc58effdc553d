using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Crank.Cli.Terminal;
using Crank.Schema;

namespace Crank.Cli;

/// <summary>What is said when the words of a command line do not fit: which word, and the nearest right one.</summary>
internal static class UsageError
{
    public static int Explain(ParseResult parsed, Answer answer)
    {
        var at = parsed.CommandResult;
        var path = string.Join(' ', Path(at).Reverse());
        var commands = at.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        var see = $"See '{path} --help'.";
        var (message, attempt) = parsed.UnmatchedTokens is [var word, ..]
            ? word.StartsWith('-')
                ? ($"'{word}' is not an option of '{path}'.", Nearest(word, Options(at).Where(o => !o.Hidden).Select(o => o.Name)) ?? see)
                : commands.Count > 0
                    ? ($"'{word}' is not a command{(at.Parent is null ? "" : $" of '{path}'")}.", Nearest(word, commands) ?? $"There are {string.Join(", ", commands)}.")
                    : ($"'{path}' does not take '{word}'.", see)
            : commands.Count > 0 && at.Tokens.Count == 0 && parsed.Errors.All(e => e.SymbolResult is CommandResult)
                ? ($"'{path}' needs a command.", $"There are {string.Join(", ", commands)}. {see}")
                : Value(parsed.Errors[0], see);
        return answer.Fail(ExitCode.Usage, FailureCodes.Usage, message, attempt);
    }

    /// <summary>A value that is missing, or does not fit its option or argument.</summary>
    private static (string Message, string Try) Value(ParseError error, string see)
    {
        var (name, symbol, tokens) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option, option.Tokens),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option, option.Tokens),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument, argument.Tokens),
            CommandResult { Command.Arguments: [var first, ..] } => (first.Name, first, []),
            _ => ("", (Symbol?)null, (IReadOnlyList<Token>)[]),
        };
        if (symbol is null)
        {
            return (error.Message, see);
        }

        if (tokens is not [var token, ..])
        {
            return ($"{name} is missing{(name.StartsWith('-') ? " its value" : "")}.", see);
        }

        var known = symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label).ToList();
        return known.Count > 0
            ? ($"{name} is one of {string.Join(", ", known)}; '{token.Value}' is not.", Nearest(token.Value, known) ?? see)
            : symbol is Option { ValueType: var type } && type == typeof(int) ? ($"{name} takes a whole number; '{token.Value}' is none.", see) : (error.Message, see);
    }

    private static string? Nearest(string word, IEnumerable<string> known) => NearestName.Find(word, known) is { } name ? $"Did you mean '{name}'?" : null;

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
