using System.Text.RegularExpressions;
using Crank.Gateway.Tests.Peers;

namespace Crank.Gateway.Tests.Mcp;

/// <summary>The public conformance package. What it asks of a server of its own making, and what is not offered, stands in <c>docs/agents.md</c>.</summary>
public sealed partial class McpConformanceTests
{
    [Fact]
    public async Task Every_scenario_of_the_public_package_is_met_or_named_as_not_offered()
    {
        var folder = await NodePeers.FolderAsync();
        await using var mesh = await McpMesh.StartAsync(null, ConformanceCapabilities.All);
        mesh.Gateway.Workers.Run = ConformanceCapabilities.RunAsync;
        var results = Directory.CreateTempSubdirectory("cg-mcp-").FullName;
        try
        {
            var (_, output, errors) = await NodePeers.StartAsync(
                folder, "node",
                ["--import", "./fs-glob.mjs", "node_modules/@modelcontextprotocol/conformance/dist/index.js", "server", "--url", mesh.Address.ToString(), "--suite", "all", "-o", results]);

            var verdicts = Verdict().Matches(output).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["mark"].Value == "✓" && m.Groups["failed"].Value == "0");
            Assert.True(verdicts.Count >= 30, output + errors);
            var failed = verdicts.Where(v => !v.Value).Select(v => v.Key).Order(StringComparer.Ordinal);
            Assert.Equal(NotOffered().Order(StringComparer.Ordinal), failed);
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static IEnumerable<string> NotOffered() =>
        Row().Matches(File.ReadAllText(NodePeers.Document("agents.md"))).Select(m => m.Groups["name"].Value);

    [GeneratedRegex(@"^(?<mark>[✓✗]) (?<name>[\w-]+): \d+ passed, (?<failed>\d+) failed", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Verdict();

    [GeneratedRegex(@"^\| `(?<name>[\w-]+)` \| not met: ", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
