using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crank.Cli.Terminal;
using Crank.Rego.Decide;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy test</c>: runs the tests that stand beside policies.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var paths = PolicyCommand.Paths("Policies and their tests (.rego) and documents (.json, .yaml), or folders of them.");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show the tests that passed too." };
        var run = new Option<string>("--run", "-r") { Description = "Only tests whose path, such as data.example.test_allow, has a match.", HelpName = "REGEX" };
        var coverage = new Option<bool>("--coverage", "-c") { Description = "Also tell which lines were reached." };
        var threshold = new Option<string>("--threshold") { Description = "Exit 6 when less than that many per cent of lines were reached.", HelpName = "N" };
        var command = new ExampleCommand("test", "Runs the tests of policies: rules named test_…; todo_test_… are skipped.", """
              crank policy test policies
              crank policy test policies -v -r allow
              crank policy test policies --threshold 90
            """)
        { paths, verbose, run, coverage, threshold };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, cancellationToken) =>
        {
            var least = parsed.GetValue(threshold) is { } text ? Threshold(text) : (double?)null;
            var pattern = parsed.GetValue(run) is { } regex ? Pattern(regex) : null;
            var loaded = LoadedPolicies.ReadSome(parsed.GetRequiredValue(paths));
            var policies = loaded.Compile(new PolicyOptions { Backend = PolicyBackend.Nodes, Instrumented = true });
            var tests = new TestRun(policies, Snapshot.Of(policies, loaded.Base), TimeProvider.System);
            var results = tests.Run(pattern, cancellationToken);
            var report = parsed.GetValue(coverage) || least is not null ? CoverageReport.Of(policies, tests.Reached) : null;
            answer.Write(() => Json(results, report), output => Write(output, results, report, parsed.GetValue(verbose)));
            return End(answer, results, report, least);
        }));
        return command;
    }

    private static int End(Answer answer, IReadOnlyList<TestResult> results, CoverageReport? report, double? least)
    {
        if (results.Count == 0)
        {
            return answer.Fail(ExitCode.NotDone, FailureCodes.PolicyTests, "No test was found.", "Tests are rules whose names begin with test_; -r takes those whose path has a match.");
        }

        var bad = results.Count(r => r.Outcome is TestOutcome.Fail or TestOutcome.Error);
        if (bad > 0)
        {
            return answer.Fail(ExitCode.NotDone, FailureCodes.PolicyTests, $"{bad} of {results.Count} tests did not pass.", "");
        }

        return report is not null && report.Percent < least
            ? answer.Fail(ExitCode.NotDone, FailureCodes.PolicyCoverage, $"{report.Percent}% of lines were reached; {least}% were asked for.", "Test the lines that are listed.")
            : ExitCode.Done;
    }

    private static void Write(TextWriter output, IReadOnlyList<TestResult> results, CoverageReport? report, bool verbose)
    {
        foreach (var file in results.Where(r => verbose || r.Outcome != TestOutcome.Pass).GroupBy(r => r.At.File))
        {
            output.WriteLine($"{Answer.Plain(file.Key)}:");
            foreach (var result in file)
            {
                output.WriteLine($"{Answer.Plain(result.Path)}: {Name(result.Outcome)}{(result.Outcome == TestOutcome.Skipped ? "" : $" ({result.Time.TotalMilliseconds:0.0} ms)")}");
                if (result.Wrong is { } wrong)
                {
                    output.WriteLine($"  {Answer.Plain(wrong.Explain()).Replace("\n", "\n  ", StringComparison.Ordinal)}");
                }
            }

            output.WriteLine("--------");
        }

        foreach (var outcome in Enum.GetValues<TestOutcome>())
        {
            var count = results.Count(r => r.Outcome == outcome);
            if (count > 0)
            {
                output.WriteLine($"{Name(outcome)}: {count}/{results.Count}");
            }
        }

        report?.Write(output);
    }

    private static JsonObject Json(IReadOnlyList<TestResult> results, CoverageReport? report)
    {
        var json = new JsonObject
        {
            ["tests"] = new JsonArray([.. results.Select(r =>
            {
                var said = new JsonObject
                {
                    ["test"] = r.Path, ["outcome"] = Word(r.Outcome), ["location"] = PolicyErrors.Json(r.At), ["duration"] = (long)(r.Time.TotalMilliseconds * 1_000_000),
                };
                if (r.Wrong is { } wrong)
                {
                    said["error"] = PolicyErrors.Json(new PolicyMistake(wrong, null));
                }

                return (JsonNode)said;
            })]),
        };
        foreach (var outcome in Enum.GetValues<TestOutcome>())
        {
            json[Word(outcome)] = results.Count(r => r.Outcome == outcome);
        }

        if (report is not null)
        {
            json["coverage"] = report.Json();
        }

        return json;
    }

    private static string Name(TestOutcome outcome) => outcome.ToString().ToUpperInvariant();

    private static string Word(TestOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private static double Threshold(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) && least <= 100
            ? least
            : throw new CliException(ExitCode.Usage, $"--threshold is 0 to 100 per cent, not '{text}'.");

    private static Regex Pattern(string regex)
    {
        try
        {
            return new(regex, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CliException(ExitCode.Usage, $"'{regex}' is not a pattern: {e.Message}");
        }
    }
}
