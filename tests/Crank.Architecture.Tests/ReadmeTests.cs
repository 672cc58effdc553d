using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Crank.Architecture.Tests;

/// <summary>
/// Every command that the README and the guide show is run as it stands, in an empty data folder; only that nothing is built a second time: a build writes the programs
/// anew that other tests are running at that moment.
/// </summary>
public sealed partial class ReadmeTests
{
    private const string TestCommand = "dotnet test -c Release";
    private const string Run = "dotnet run -c Release ";
    private const string NoBuild = "--no-build ";

    public static TheoryData<string, string> Blocks =>
        [.. Documents().SelectMany(f => Block().Matches(File.ReadAllText(f)).Select(m => (Path.GetRelativePath(Repository.Root, f), m.Groups["commands"].Value.Trim())))];

    [Theory, MemberData(nameof(Blocks))]
    public async Task A_documented_block_of_commands_runs_as_it_stands(string document, string commands)
    {
        if (commands == TestCommand)
        {
            return; // The command that is running this test.
        }

        var scratch = Directory.CreateTempSubdirectory("crank-readme-");
        try
        {
            var unbuilt = commands.Replace(Run + NoBuild, Run, StringComparison.Ordinal).Replace(Run, Run + NoBuild, StringComparison.Ordinal);
            var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", unbuilt])
            {
                UseShellExecute = false,
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            start.Environment["CRANK_DATA"] = Path.Combine(scratch.FullName, "data");
            start.Environment["OUT"] = scratch.FullName;
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{document}: exit {process.ExitCode}\n{commands}\n{await output}\n{await error}");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_readme_shows_the_test_command() =>
        Assert.Contains(TestCommand, Blocks.Where(b => b.Data.Item1 == "README.md").Select(b => b.Data.Item2));

    private static IEnumerable<string> Documents() =>
        Repository.Files("*.md", "docs/guide").Prepend(Path.Combine(Repository.Root, "README.md"));

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Block();
}
