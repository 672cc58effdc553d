using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Authorize.Loading;

namespace Crank.Cli;

/// <summary>What the configuration says about the mesh itself, in the words of the mesh.</summary>
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

    /// <summary>Where the policies come from.</summary>
    public PolicySettings Policy { get; init; } = new();

    /// <summary>Turns the sections <c>mesh</c> and <c>policy</c> of a checked configuration into values.</summary>
    public static Configuration Of(ResolvedConfiguration resolved) => Read(resolved.Values, []) with { Policy = PolicyBinding.Read(resolved) };

    /// <summary>What of the section <c>mesh</c> does not fit, each with its pointer.</summary>
    public static IReadOnlyList<(string Pointer, string Message)> Check(JsonObject values)
    {
        var wrong = new List<(string, string)>();
        Read(values, wrong);
        return wrong;
    }

    private static Configuration Read(JsonObject values, List<(string Pointer, string Message)> wrong)
    {
        var mesh = values["mesh"] as JsonObject;
        var currency = Get("currency", Currency.Eur, text => Currency.Parse(text));
        return new(
            currency,
            Get("ownerLimit", -100_000_000, text => Limit(text, currency)),
            Get("zone", Zone.Unknown, text => Zone.Parse(text)),
            Get("minIsolation", OperatingSystem.IsLinux() ? IsolationLevel.Strong : IsolationLevel.Weak, Level),
            Get("split", SplitRule.Default, text => SplitRule.Parse(text)));

        T Get<T>(string name, T fallback, Func<string, T> parse)
        {
            try
            {
                return mesh?[name] is { } value ? parse(value.ToString()) : fallback;
            }
            catch (FormatException e)
            {
                wrong.Add(($"/mesh/{name}", e.Message));
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
