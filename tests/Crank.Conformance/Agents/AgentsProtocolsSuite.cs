namespace Crank.Conformance.Agents;

/// <summary>
/// What agents say to each other and to tools: MCP and A2A by their own examples. The gateway speaks MCP 2026-07-28 and 2025-11-25, whose schemas are JSON Schema 2020-12,
/// and A2A 1.0. Payments (x402, AP2) are not spoken and are declined by name.
/// </summary>
public sealed class AgentsProtocolsSuite : Suite
{
    public override string Name => "agents-protocols";

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        await McpCases.RunAsync(Path.Combine(folder, "mcp"), report, cancellationToken);
        await A2aCases.RunAsync(Path.Combine(folder, "a2a", "examples"), "a2a", report, cancellationToken);
        await A2aCases.RunAsync(Path.Combine(folder, "ap2", "agent-cards"), "ap2-cards", report, cancellationToken);
        foreach (var (group, files) in new[] { ("x402", Path.Combine(folder, "x402")), ("ap2-schemas", Path.Combine(folder, "ap2", "schemas")) })
        {
            foreach (var file in Files(files))
            {
                var name = $"{group}/{Path.GetRelativePath(files, file).Replace('\\', '/')}";
                if (!report.Declines(name, group))
                {
                    report.Fail(name, $"{group} is neither spoken nor declined");
                }
            }
        }
    }

    internal static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
}
