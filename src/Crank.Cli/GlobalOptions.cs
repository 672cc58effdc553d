using System.CommandLine;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    private static readonly Option<string> s_data = new("--data") { Description = "The data folder (else CRANK_DATA, else the user's data directory).", HelpName = "DIR", Recursive = true };

    private static readonly Option<bool> s_json = new("--json") { Description = "Answer in JSON, on standard output and standard error alike.", Recursive = true };

    private static readonly Option<string> s_wait = new("--wait")
    {
        Description = "How long to wait for another crank on the same data folder; longer while a queue moves.",
        HelpName = "DURATION",
        Recursive = true,
        DefaultValueFactory = _ => "10s",
    };

    public static IReadOnlyList<Option> All { get; } = [s_data, s_json, s_wait];

    public static string? Data(ParseResult parsed) => parsed.GetValue(s_data);

    public static bool Json(ParseResult parsed) => parsed.GetValue(s_json);

    public static TimeSpan Wait(ParseResult parsed) => Read(() => Duration.Parse(parsed.GetValue(s_wait)!)).Time;

    /// <summary>Turns a value that does not parse into a usage error.</summary>
    public static T Read<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.Usage, e.Message);
        }
    }

    /// <summary>Runs a command's body and turns what it throws into an answer with its exit code.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Guarded(Func<ParseResult, Answer, CancellationToken, Task<int>> body) =>
        async (parsed, cancellationToken) =>
        {
            var answer = new Answer(Json(parsed), Console.Out, Console.Error);
            try
            {
                return await body(parsed, answer, cancellationToken);
            }
            catch (Exception e)
            {
                return Failure.Explain(e, answer);
            }
        };
}
