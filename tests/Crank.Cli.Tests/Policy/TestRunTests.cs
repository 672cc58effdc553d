using System.Text.RegularExpressions;
using Crank.Cli.Policy;
using Crank.Rego.Decide;
using TestResult = Crank.Cli.Policy.TestResult;

namespace Crank.Cli.Tests.Policy;

public sealed class TestRunTests
{
    private const string Access = """
        package access

        default allow := false

        allow if {
            input.user == "ann"
            input.verb == "read"
        }

        limit := 5

        other if input.x
        """;

    [Fact]
    public void Tests_pass_when_true_and_everything_else_is_told_apart()
    {
        var results = Run("""
            package access_test

            import data.access

            test_yes if access.allow with input as {"user": "ann", "verb": "read"}

            test_no if {
                access.limit == 5
                access.allow with input as {"user": "bob"}
            }

            test_value := "x"

            test_error if 1 / 0 == 1

            todo_test_later if false

            test_cases[n] if some n in [1, 2]

            test_twice if access.allow

            test_twice if true

            test_function(x) if x
            """);

        Assert.Equal(
            ["yes Pass", "no Fail", "value Fail", "error Error", "later Skipped", "cases Error", "twice Error", "twice Error"],
            results.Select(r => $"{r.Path.Split('_')[^1]} {r.Outcome}"));
    }

    [Fact]
    public void A_failed_test_shows_the_condition_that_did_not_hold()
    {
        var failed = Run("package t\n\ntest_x if {\n    1 == 1\n    x := 2\n    x == 3\n    x == 4\n}\n").Single();
        Assert.Equal(6, failed.Wrong!.Row);
        Assert.Contains("x == 3\n", failed.Wrong.Explain());
    }

    [Fact]
    public void A_pattern_takes_tests_by_their_path()
    {
        const string Tests = "package t\n\ntest_a if true\n\ntest_b if true\n";
        Assert.Equal(["data.t.test_b"], Run(Tests, new("_b$", RegexOptions.None, TimeSpan.FromSeconds(1))).Select(r => r.Path));
    }

    [Fact]
    public void Coverage_counts_lines_that_begin_a_rule_or_a_condition()
    {
        using var files = new PolicyFiles(("a.rego", Access), ("b.rego", "package b\n\ntest_x if {\n    not data.access.allow with input.user as \"bob\"\n    data.access.limit == 5\n}\n"));
        var policies = files.Compile();
        var run = new TestRun(policies, Snapshot.Of(policies, files.Load().Base), TimeProvider.System);
        Assert.Equal(TestOutcome.Pass, Assert.Single(run.Run(null, CancellationToken.None)).Outcome);

        var report = CoverageReport.Of(policies, run.Reached).Json();
        var access = report["files"]![files.At("a.rego")]!;
        Assert.Equal("""[{"start":{"row":7},"end":{"row":7}},{"start":{"row":12},"end":{"row":12}}]""", access["not_covered"]!.ToJsonString());
        Assert.Equal(4, (int)access["covered_lines"]!);
        Assert.Equal(77.77, (double)report["coverage"]!);
    }

    private static IReadOnlyList<TestResult> Run(string tests, Regex? pattern = null)
    {
        using var files = new PolicyFiles(("a.rego", Access), ("a_test.rego", tests));
        var policies = files.Compile();
        return new TestRun(policies, Snapshot.Of(policies, files.Load().Base), TimeProvider.System).Run(pattern, CancellationToken.None);
    }
}
