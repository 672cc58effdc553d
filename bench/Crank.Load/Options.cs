using System.Globalization;

namespace Crank.Load;

/// <summary>A command and its options, each <c>--name value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private Options(string command) => Command = command;

    public string Command { get; }

    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options(args.Count > 0 ? args[0] : "");
        for (var i = 1; i + 1 < args.Count; i += 2)
        {
            options._values[args[i]] = args[i + 1];
        }

        return options;
    }

    public int Number(string name, int fallback) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture) : fallback;

    /// <summary>Several numbers with commas between.</summary>
    public IReadOnlyList<int> Numbers(string name, string fallback) => [.. Text(name, fallback).Split(',').Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture))];

    public string Text(string name, string fallback) => _values.GetValueOrDefault(name, fallback);
}
