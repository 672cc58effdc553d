using Crank.Core;
using Crank.Ledger;

namespace Crank.Cli;

/// <summary>What the environment says about the mesh. Everything wrong is reported together.</summary>
internal sealed record Configuration(Currency Currency, long OwnerLimitMicros, Zone Zone, IsolationLevel MinIsolation, SplitRule Split)
{
    private static readonly Dictionary<string, IsolationLevel> s_levels = new(StringComparer.Ordinal)
    {
        ["none"] = IsolationLevel.None,
        ["weak"] = IsolationLevel.Weak,
        ["medium"] = IsolationLevel.Medium,
        ["strong"] = IsolationLevel.Strong,
        ["strong+"] = IsolationLevel.StrongPlus,
    };

    /// <summary>Reads <c>CRANK_CURRENCY</c>, <c>CRANK_OWNER_LIMIT</c>, <c>CRANK_ZONE</c>, <c>CRANK_MIN_ISOLATION</c>, <c>CRANK_SPLIT</c>.</summary>
    /// <exception cref="CliException">One or more of them do not fit.</exception>
    public static Configuration Read(Func<string, string?> environment)
    {
        var wrong = new List<string>();
        var currency = Get("CRANK_CURRENCY", Currency.Eur, text => Currency.Parse(text));
        var configuration = new Configuration(
            currency,
            Get("CRANK_OWNER_LIMIT", -100_000_000, text => Limit(text, currency)),
            Get("CRANK_ZONE", Zone.Unknown, text => Zone.Parse(text)),
            Get("CRANK_MIN_ISOLATION", OperatingSystem.IsLinux() ? IsolationLevel.Strong : IsolationLevel.Weak, Level),
            Get("CRANK_SPLIT", SplitRule.Default, text => SplitRule.Parse(text)));
        return wrong.Count == 0
            ? configuration
            : throw new CliException(ExitCode.Usage, string.Join(" ", wrong), "Correct the environment variables, or leave them out.");

        T Get<T>(string name, T fallback, Func<string, T> parse)
        {
            try
            {
                return environment(name) is { Length: > 0 } text ? parse(text) : fallback;
            }
            catch (FormatException e)
            {
                wrong.Add($"{name}: {e.Message}");
                return fallback;
            }
        }
    }

    /// <summary>Reads the name of an isolation level.</summary>
    /// <exception cref="FormatException">There is no such level.</exception>
    public static IsolationLevel Level(string text) =>
        s_levels.TryGetValue(text, out var level) ? level : throw new FormatException($"'{text}' is not an isolation level; there are {string.Join(", ", s_levels.Keys)}.");

    private static long Limit(string text, Currency currency) =>
        Money.TryParseAmount(text, currency, out var limit) && limit.Micros <= 0
            ? limit.Micros
            : throw new FormatException($"'{text}' is not a limit such as -100.00: an amount that is not above zero.");
}
