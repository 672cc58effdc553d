using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crank.Core;

namespace Crank.Gateway.Tests.Rest;

/// <summary>What <c>docs/http-api.md</c> shows is run as it stands, in order, by a real client.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public async Task Every_example_of_the_document_runs_as_it_stands()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "http-api.md"), TestContext.Current.CancellationToken);
        var script = string.Join('\n', Block().Matches(document).Select(m => m.Groups["commands"].Value));
        Assert.True(script.Split('\n').Length > 30);
        var convert = TestWorkers.Copy with
        {
            Id = CapabilityVersion.Parse("doc.convert@1.0.0"),
            Input = JsonElement.Parse(TestWorkers.Copy.Input.GetRawText().Replace(""","enum":["same","none"],"default":"same" """.TrimEnd(), "", StringComparison.Ordinal)),
        };
        await using var gateway = await TestGateway.StartAsync(capabilities: [TestWorkers.Echo, convert]);
        gateway.Workers.Run = (job, stop) => job.Blobs.IsEmpty ? Task.FromResult<Mesh.Run.DispatchResult>(TestWorkers.Done(job.Input)) : TestWorkers.CopyAsync(job, stop);
        await gateway.TenantAsync("acme");
        var home = Path.Combine(gateway.Folder, "home");
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(Path.Combine(home, ".curlrc"), $"silent\nshow-error\nfail-with-body\nheader = \"{TestIdentity.Field}: acme\"\n");

        var start = new ProcessStartInfo("bash", ["-euxo", "pipefail", "-c", script])
        {
            UseShellExecute = false,
            WorkingDirectory = home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["CRANK_URL"] = gateway.Address.ToString().TrimEnd('/');
        start.Environment["TOMORROW"] = "2026-01-02T00:00:00Z";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);

        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}\n{await error}\n{await output}");
        Assert.Equal("# Report\n\nAll is well.\n", await File.ReadAllTextAsync(Path.Combine(home, "report.txt"), TestContext.Current.CancellationToken));
        Assert.Contains("event: state", await output, StringComparison.Ordinal);
    }

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Crank.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("This test runs from inside a checkout.");
    }

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Block();
}
