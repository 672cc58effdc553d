using System.Globalization;
using Crank.Schema;
using YamlDotNet.RepresentationModel;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>A mapping of a YAML file while it is read: knows its lines, and says which members nobody asked for.</summary>
internal sealed class YamlMap(string file, string path, YamlMappingNode node, List<ObjectiveProblem> problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string Path => path;

    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name, bool required = true)
    {
        switch (Find(name))
        {
            case YamlScalarNode { Value: { Length: > 0 } value }:
                return value;
            case { } other:
                Report(other, $"'{At(name)}' is a text.");
                return null;
            default:
                Missing(name, required);
                return null;
        }
    }

    public double? Number(string name, bool required = true)
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Report(name, $"'{At(name)}' is a number, not '{text}'.");
        return null;
    }

    public YamlMap? Map(string name, bool required = true)
    {
        switch (Find(name))
        {
            case YamlMappingNode map:
                return new(file, At(name), map, problems);
            case { } other:
                Report(other, $"'{At(name)}' is a mapping.");
                return null;
            default:
                Missing(name, required);
                return null;
        }
    }

    public IReadOnlyList<YamlMap> Maps(string name)
    {
        switch (Find(name))
        {
            case YamlSequenceNode { Children.Count: > 0 } list when list.Children.All(c => c is YamlMappingNode):
                return [.. list.Children.Select((c, i) => new YamlMap(file, $"{At(name)}[{i}]", (YamlMappingNode)c, problems))];
            case { } other:
                Report(other, $"'{At(name)}' is a list of mappings, with at least one.");
                return [];
            default:
                Missing(name, required: true);
                return [];
        }
    }

    /// <summary>Takes a member that has no meaning here and may stand.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _asked.Add(name);
        }
    }

    public void Report(string name, string message) => Report(Find(name) ?? node, message);

    public void Report(string message) => Report(node, message);

    /// <summary>Every member was asked for, or is reported by name.</summary>
    public void Close()
    {
        foreach (var key in node.Children.Keys.Where(k => k is not YamlScalarNode { Value: { } name } || !_asked.Contains(name)))
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            Report(key, NearestName.Find(name, _asked) is { } nearest ? $"'{At(name)}' is not known. Did you mean '{nearest}'?" : $"'{At(name)}' is not supported; see docs/observability.md.");
        }
    }

    private YamlNode? Find(string name)
    {
        _asked.Add(name);
        return node.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;
    }

    private void Missing(string name, bool required)
    {
        if (required)
        {
            Report(node, $"'{At(name)}' is missing.");
        }
    }

    private void Report(YamlNode at, string message) => problems.Add(new(file, (int)at.Start.Line, message));

    private string At(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
