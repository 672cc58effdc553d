using System.Collections.Immutable;
using System.Globalization;
using Crank.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>Reads objectives from OpenSLO v1 files (the specification of 2022, <c>apiVersion: openslo/v1</c>).</summary>
/// <remarks>What is taken is in <c>docs/observability.md</c>; all else is refused by name.</remarks>
internal static class OpenSlo
{
    /// <summary>Bytes of one file.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxFiles = 256;
    private const int MaxDepth = 32;
    private const int MaxObjectives = 1000;

    /// <summary>Kinds of the specification that have no meaning here.</summary>
    public static readonly ImmutableArray<string> UnsupportedKinds = ["AlertCondition", "AlertNotificationTarget", "AlertPolicy", "DataSource"];

    /// <summary>Reads files, and folders of <c>*.yaml</c> and <c>*.yml</c>.</summary>
    /// <exception cref="ObjectivesException">Anything does not hold; everything is in it, with its line.</exception>
    public static ImmutableArray<Objective> Load(ImmutableArray<string> paths)
    {
        var problems = new List<ObjectiveProblem>();
        var documents = new List<YamlMap>();
        foreach (var file in paths.SelectMany(p => Files(p, problems)).Take(MaxFiles))
        {
            try
            {
                var info = new FileInfo(file);
                if (info.Length > MaxBytes)
                {
                    problems.Add(new(file, 1, $"The file has {info.Length:N0} bytes; at most {MaxBytes:N0} are read."));
                    continue;
                }

                documents.AddRange(Documents(file, File.ReadAllText(file), problems));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(new(file, 1, $"The file cannot be read: {e.Message}"));
            }
        }

        return Read(documents, problems);
    }

    /// <summary>Reads one text.</summary>
    /// <exception cref="ObjectivesException">Anything does not hold; everything is in it, with its line.</exception>
    public static ImmutableArray<Objective> Parse(string file, string yaml)
    {
        var problems = new List<ObjectiveProblem>();
        return Read([.. Documents(file, yaml, problems)], problems);
    }

    private static IEnumerable<string> Files(string path, List<ObjectiveProblem> problems)
    {
        if (Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path).Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        }

        if (!File.Exists(path))
        {
            problems.Add(new(path, 1, "There is no such file or folder."));
            return [];
        }

        return [path];
    }

    private static List<YamlMap> Documents(string file, string yaml, List<ObjectiveProblem> problems)
    {
        var maps = new List<YamlMap>();
        try
        {
            if (!IsPlain(file, yaml, problems))
            {
                return maps;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            foreach (var document in stream.Documents)
            {
                if (document.RootNode is YamlMappingNode map)
                {
                    maps.Add(new(file, "", map, problems));
                }
                else
                {
                    problems.Add(new(file, (int)document.RootNode.Start.Line, "An OpenSLO document is a mapping."));
                }
            }
        }
        catch (YamlException e)
        {
            problems.Add(new(file, (int)e.Start.Line, $"This is not YAML: {e.InnerException?.Message ?? e.Message}"));
        }

        return maps;
    }

    /// <summary>No references, which can make a small file endless, and no more levels than are ever needed.</summary>
    private static bool IsPlain(string file, string yaml, List<ObjectiveProblem> problems)
    {
        var depth = 0;
        var parser = new Parser(new StringReader(yaml));
        while (parser.MoveNext())
        {
            var item = parser.Current!;
            if (item is AnchorAlias || item is NodeEvent { Anchor.IsEmpty: false })
            {
                problems.Add(new(file, (int)item.Start.Line, "Anchors and aliases are not taken: write it out."));
                return false;
            }

            depth += item.NestingIncrease;
            if (depth > MaxDepth)
            {
                problems.Add(new(file, (int)item.Start.Line, $"At most {MaxDepth} levels are taken."));
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<Objective> Read(List<YamlMap> documents, List<ObjectiveProblem> problems)
    {
        var indicators = new Dictionary<string, YamlMap>(StringComparer.Ordinal);
        var objectives = new List<(YamlMap At, string Name)>();
        foreach (var document in documents)
        {
            if (document.Text("apiVersion") is { } version && version != "openslo/v1")
            {
                document.Report("apiVersion", $"'{version}' is not supported: openslo/v1 is.");
            }

            var name = Name(document);
            switch (document.Text("kind"))
            {
                case "SLI" when name is not null:
                    if (!indicators.TryAdd(name, document))
                    {
                        document.Report("metadata", $"There are two SLIs called '{name}'.");
                    }

                    break;
                case "SLO" when name is not null:
                    objectives.Add((document, name));
                    break;
                case "Service":
                    document.Ignore("spec");
                    break;
                case "SLI" or "SLO" or null:
                    document.Ignore("spec");
                    break;
                case { } kind when UnsupportedKinds.Contains(kind):
                    document.Ignore("spec");
                    document.Report("kind", $"The kind '{kind}' is not supported: alerts follow from the burn rates.");
                    break;
                case { } kind:
                    document.Ignore("spec");
                    document.Report("kind", $"The kind '{kind}' is not known: SLO, SLI and Service are.");
                    break;
            }
        }

        var read = new List<Objective>();
        foreach (var (document, name) in objectives)
        {
            read.AddRange(ReadObjectives(document, name, indicators));
        }

        foreach (var twice in objectives.GroupBy(o => o.Name).Where(g => g.Count() > 1))
        {
            twice.Last().At.Report("metadata", $"There are two SLOs called '{twice.Key}'.");
        }

        foreach (var indicator in indicators.Values)
        {
            indicator.Ignore("spec");
        }

        foreach (var document in documents)
        {
            document.Close();
        }

        if (read.Count > MaxObjectives)
        {
            documents[0].Report($"There are {read.Count} objectives; at most {MaxObjectives} are taken.");
        }

        return problems.Count > 0 ? throw new ObjectivesException([.. problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line)]) : [.. read];
    }

    private static string? Name(YamlMap document)
    {
        if (document.Map("metadata") is not { } metadata)
        {
            return null;
        }

        var name = metadata.Text("name");
        metadata.Ignore("displayName", "labels", "annotations");
        metadata.Close();
        if (name is not null && (name.Length > 63 || name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) || name[0] == '-' || name[^1] == '-'))
        {
            metadata.Report("name", $"A name has 1 to 63 characters a-z, 0-9 and '-', not first or last (RFC 1123); '{name}' has others.");
            return null;
        }

        return name;
    }

    private static IEnumerable<Objective> ReadObjectives(YamlMap document, string name, Dictionary<string, YamlMap> indicators)
    {
        if (document.Map("spec") is not { } spec)
        {
            yield break;
        }

        spec.Ignore("description", "service");
        var title = document.Map("metadata")?.Text("displayName", required: false) ?? name;
        var window = Window(spec);
        if (spec.Text("budgetingMethod") is { } method && method != "Occurrences")
        {
            spec.Report("budgetingMethod", $"'{method}' is not supported: Occurrences is.");
        }

        var indicator = Indicator(spec, indicators);
        var goals = spec.Maps("objectives");
        for (var i = 0; i < goals.Count; i++)
        {
            var target = Target(goals[i]);
            goals[i].Ignore("displayName");
            var within = indicator is { IsThreshold: true } ? Within(goals[i]) : null;
            goals[i].Close();
            if (indicator is { } found && target is { } share && window is { } length && (within is not null || !found.IsThreshold))
            {
                yield return new(goals.Count == 1 ? name : $"{name}-{i + 1}", goals[i].Text("displayName", required: false) ?? title, found.Capability, share, length, within);
            }
        }

        spec.Close();
    }

    private static TimeSpan? Window(YamlMap spec)
    {
        var windows = spec.Maps("timeWindow");
        if (windows.Count == 0)
        {
            return null;
        }

        if (windows.Count > 1)
        {
            spec.Report("timeWindow", "There is one time window.");
        }

        var window = windows[0];

        if (window.Text("isRolling") is { } rolling && rolling != "true")
        {
            window.Report("isRolling", "Calendar windows are not supported: isRolling is true.");
        }

        var text = window.Text("duration");
        window.Close();
        if (text is null)
        {
            return null;
        }

        TimeSpan? unit = text[^1] switch { 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), 'w' => TimeSpan.FromDays(7), _ => null };
        if (unit is { } known && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000 &&
            known * count is var length && length >= TimeSpan.FromHours(1) && length <= TimeSpan.FromDays(90))
        {
            return length;
        }

        window.Report("duration", $"A window is 1h to 90d, in m, h, d or w, such as 30d; '{text}' is not.");
        return null;
    }

    private static double? Target(YamlMap goal)
    {
        var share = goal.Number("target", required: !goal.Has("targetPercent"));
        var percent = goal.Number("targetPercent", required: false);
        if (share is not null && percent is not null)
        {
            goal.Report("targetPercent", "An objective has a target or a targetPercent, not both.");
            return null;
        }

        var target = share ?? percent / 100;
        if (target is <= 0 or >= 1)
        {
            goal.Report(share is null ? "targetPercent" : "target", "A target is above 0 and below 1 (or 100 percent): without an error budget there is nothing to burn.");
            return null;
        }

        return target;
    }

    private static TimeSpan? Within(YamlMap goal)
    {
        if (goal.Text("op") is { } op && op is not "lte")
        {
            goal.Report("op", $"'{op}' is not supported: lte is.");
        }

        if (goal.Number("value") is not { } seconds)
        {
            return null;
        }

        if (seconds is > 0 and <= 86_400)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        goal.Report("value", "The value is seconds, above 0 and at most 86400.");
        return null;
    }

    private static (CapabilityName Capability, bool IsThreshold)? Indicator(YamlMap spec, Dictionary<string, YamlMap> indicators)
    {
        YamlMap? indicator;
        if (spec.Text("indicatorRef", required: false) is { } named)
        {
            if (!indicators.TryGetValue(named, out indicator))
            {
                spec.Report("indicatorRef", $"There is no SLI '{named}'.");
                return null;
            }
        }
        else
        {
            indicator = spec.Map("indicator");
        }

        if (indicator?.Map("spec") is not { } what)
        {
            return null;
        }

        indicator.Ignore("metadata");
        what.Ignore("description");
        var isThreshold = what.Has("thresholdMetric");
        var capability = isThreshold ? Source(what.Map("thresholdMetric"), "measure", "duration") : Ratio(what.Map("ratioMetric"));
        what.Close();
        if (spec.Has("indicator"))
        {
            indicator.Close();
        }

        return capability is { } name ? (name, isThreshold) : null;
    }

    private static CapabilityName? Ratio(YamlMap? ratio)
    {
        if (ratio is null)
        {
            return null;
        }

        if (ratio.Text("counter") is { } counter && counter != "true")
        {
            ratio.Report("counter", "Jobs are counted: counter is true.");
        }

        var (good, total) = (Source(ratio.Map("good"), "count", "done"), Source(ratio.Map("total"), "count", "valid"));
        ratio.Close();
        if (good is not null && total is not null && good != total)
        {
            ratio.Report("good", "Good and total are of the same capability.");
        }

        return good;
    }

    private static CapabilityName? Source(YamlMap? metric, string member, string value)
    {
        if (metric?.Map("metricSource") is not { } source)
        {
            return null;
        }

        if (source.Text("type") is { } type && type != "crank")
        {
            source.Report("type", $"The source '{type}' is not supported: 'crank' is.");
        }

        CapabilityName? capability = null;
        if (source.Map("spec") is { } spec)
        {
            if (spec.Text(member) is { } given && given != value)
            {
                spec.Report(member, $"'{member}' is '{value}' here, not '{given}'.");
            }

            if (spec.Text("capability") is { } text)
            {
                if (CapabilityName.TryParse(text, null, out var name))
                {
                    capability = name;
                }
                else
                {
                    spec.Report("capability", $"'{text}' is not the name of a capability.");
                }
            }

            spec.Close();
        }

        source.Close();
        metric.Close();
        return capability;
    }
}
