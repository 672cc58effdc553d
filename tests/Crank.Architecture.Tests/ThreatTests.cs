using System.Text.RegularExpressions;

namespace Crank.Architecture.Tests;

/// <summary>Holds <c>docs/threats.md</c> against the tests that it names.</summary>
public sealed partial class ThreatTests
{
    [Fact]
    public void Every_threat_names_a_test_that_exists()
    {
        var tests = Repository.Files("*Tests.cs", "tests").Select(f => (Class: Path.GetFileNameWithoutExtension(f), Text: File.ReadAllText(f))).ToLookup(f => f.Class, f => f.Text);
        var rows = Rows();
        Assert.NotEmpty(rows);
        var missing = rows.Where(r => !tests[r.Class].Any(text => text.Contains($"namespace {r.Namespace};", StringComparison.Ordinal) && text.Contains($" {r.Method}(", StringComparison.Ordinal))).ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void A_threat_has_one_row_and_a_rule()
    {
        var rows = Rows();
        Assert.Empty(rows.GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Equal(rows.Count, Row().Count(Text()));
    }

    private static string Text() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "threats.md"));

    private static List<(string Id, string Namespace, string Class, string Method)> Rows() =>
        [.. Whole().Matches(Text()).Select(m => (m.Groups["id"].Value, m.Groups["namespace"].Value, m.Groups["class"].Value, m.Groups["method"].Value))];

    [GeneratedRegex(@"^\| (?<id>T-[A-Z0-9-]+) \| [^|\n]+ \| [^|\n]+ \| `?(?<namespace>[A-Za-z0-9.]+)\.(?<class>[A-Za-z0-9]+)\.(?<method>[A-Za-z0-9_]+)`? \|$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^\| T-", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
