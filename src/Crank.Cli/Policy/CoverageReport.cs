using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Decide;
using Crank.Rego.Run;

namespace Crank.Cli.Policy;

/// <summary>Which lines of policies were reached: the rows at which a rule was tried or a condition evaluated.</summary>
internal sealed class CoverageReport
{
    private sealed record Lines(string File, IReadOnlyList<int> Covered, IReadOnlyList<int> NotCovered);

    private readonly List<Lines> _files = [];

    private CoverageReport()
    {
    }

    /// <summary>Lines reached, of those that can be, in per cent with two decimals; 100 when there are none.</summary>
    public double Percent => Share(_files.Sum(f => f.Covered.Count), _files.Sum(f => f.NotCovered.Count));

    public static CoverageReport Of(PolicySet policies, IEnumerable<Probes> probes)
    {
        var reached = probes.SelectMany(p => p.Counts.Keys).Where(l => l.Row > 0).Select(l => (l.File, l.Row)).ToHashSet();
        var report = new CoverageReport();
        foreach (var (file, rows) in PolicyLines.Of(policies))
        {
            rows.UnionWith(reached.Where(r => r.File == file).Select(r => r.Row));
            report._files.Add(new(file, [.. rows.Where(r => reached.Contains((file, r)))], [.. rows.Where(r => !reached.Contains((file, r)))]));
        }

        return report;
    }

    /// <summary>In the shape of <c>opa</c>.</summary>
    public JsonObject Json()
    {
        var files = new JsonObject();
        foreach (var file in _files)
        {
            files[file.File] = Numbers(new() { ["covered"] = Ranges(file.Covered), ["not_covered"] = Ranges(file.NotCovered) }, file.Covered.Count, file.NotCovered.Count);
        }

        return Numbers(new() { ["files"] = files }, _files.Sum(f => f.Covered.Count), _files.Sum(f => f.NotCovered.Count));
    }

    public void Write(TextWriter output)
    {
        Table.Write(output, ["FILE", "COVERED", "LINES NOT COVERED"], [.. _files.Select(f => (IReadOnlyList<string>)
            [f.File, $"{Share(f.Covered.Count, f.NotCovered.Count)}%", string.Join(", ", Runs(f.NotCovered).Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"))])]);
        output.WriteLine($"COVERAGE: {Percent}%");
    }

    private static JsonObject Numbers(JsonObject json, int covered, int notCovered)
    {
        json["covered_lines"] = covered;
        json["not_covered_lines"] = notCovered;
        json["coverage"] = Share(covered, notCovered);
        return json;
    }

    private static double Share(int covered, int notCovered) =>
        notCovered == 0 ? 100 : Math.Floor(10_000.0 * covered / (covered + notCovered)) / 100;

    private static JsonArray Ranges(IReadOnlyList<int> rows) =>
        [.. Runs(rows).Select(r => (JsonNode)new JsonObject { ["start"] = new JsonObject { ["row"] = r.First }, ["end"] = new JsonObject { ["row"] = r.Last } })];

    private static List<(int First, int Last)> Runs(IReadOnlyList<int> rows)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var row in rows)
        {
            if (runs is [.., var (first, last)] && last + 1 == row)
            {
                runs[^1] = (first, row);
            }
            else
            {
                runs.Add((row, row));
            }
        }

        return runs;
    }
}
