using System.Diagnostics;
using System.Globalization;
using System.Text;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Benchmarks;

/// <summary>CPU time and allocated bytes of one decision: both back ends with parsed input, and JSON to JSON, each in turn, medians over rounds.</summary>
internal static class RegoBenchmark
{
    public static int Run(string[] args)
    {
        var data = Option(args, "--data") ?? Environment.GetEnvironmentVariable("CRANK_TEST_DATA") ?? Path.Combine("..", "shared", "data");
        var folder = Path.Combine(data, "rego-bench");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"There is no folder {folder}; give the one that holds rego-bench with --data or CRANK_TEST_DATA.");
            return 2;
        }

        var seconds = double.Parse(Option(args, "--seconds") ?? "0.5", CultureInfo.InvariantCulture);
        var rounds = int.Parse(Option(args, "--rounds") ?? "5", CultureInfo.InvariantCulture);
        var only = Option(args, "--query") ?? "";
        Console.WriteLine("| query | OPA µs | nodes µs | times less | bytes | compiled µs | times less | bytes | OPA server µs | JSON to JSON µs | times less |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var ratios = new List<(double Nodes, double Compiled)>();
        foreach (var query in RegoQuery.All.Where(q => q.Query.Contains(only, StringComparison.Ordinal)))
        {
            var (nodes, compiled, json) = Measure(query, Path.Combine(folder, query.Folder), seconds, rounds);
            ratios.Add((query.OpaMicros / nodes.Micros, query.OpaMicros / compiled.Micros));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| `{query.Query}` | {query.OpaMicros} | {nodes.Micros:F2} | {ratios[^1].Nodes:F1} | {nodes.Bytes} | {compiled.Micros:F2} | {ratios[^1].Compiled:F1} | {compiled.Bytes} | {query.OpaServerMicros} | {json.Micros:F2} | {query.OpaServerMicros / json.Micros:F1} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nGeometric mean: nodes {Mean(ratios.Select(r => r.Nodes)):F1}, compiled {Mean(ratios.Select(r => r.Compiled)):F1} times less CPU."));
        return 0;
    }

    private static (Cost Nodes, Cost Compiled, Cost Json) Measure(RegoQuery query, string folder, double seconds, int rounds)
    {
        var nodes = Prepare(query, folder, PolicyBackend.Nodes);
        var compiled = Prepare(query, folder, PolicyBackend.Expressions);
        var texts = JsonIn.Read(File.ReadAllBytes(Path.Combine(folder, "inputs.json"))).AsArray().Select(i => Encoding.UTF8.GetBytes(JsonOut.Write(i))).ToArray();
        var inputs = texts.Select(t => nodes.ReadInput(t)).ToArray();
        var others = texts.Select(t => compiled.ReadInput(t)).ToArray();
        var ways = new Action[]
        {
            () => Array.ForEach(inputs, i => nodes.Decide(i)),
            () => Array.ForEach(others, i => compiled.Decide(i)),
            () => Array.ForEach(texts, t => compiled.Decide(t).ToJson()),
        };
        var costs = ways.Select(_ => new List<Cost>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                // The first round warms up: tiers, caches, patterns.
                var cost = Repeat(ways[way], inputs.Length, round < 0 ? Math.Max(1, seconds) : seconds);
                if (round >= 0)
                {
                    costs[way].Add(cost);
                }
            }
        }

        return (Median(costs[0]), Median(costs[1]), Median(costs[2]));
    }

    private static PreparedQuery Prepare(RegoQuery query, string folder, PolicyBackend backend)
    {
        var policies = PolicySet.Compile(
            [new PolicySource("policy.rego", File.ReadAllText(Path.Combine(folder, "policy.rego")))], new PolicyOptions { Backend = backend });
        return policies.Prepare(query.Query, Snapshot.Read(policies, File.ReadAllBytes(Path.Combine(folder, "data.json"))));
    }

    private static Cost Repeat(Action all, int decisions, double seconds)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var time = Stopwatch.StartNew();
        var count = 0;
        while (time.Elapsed.TotalSeconds < seconds)
        {
            all();
            count += decisions;
        }

        return new((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count, (GC.GetAllocatedBytesForCurrentThread() - bytes) / count);
    }

    private static Cost Median(List<Cost> costs) => costs.OrderBy(c => c.Micros).ElementAt(costs.Count / 2);

    private static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private sealed record Cost(double Micros, long Bytes);
}
