namespace Crank.Conformance;

/// <summary>Each suite as one test, so that <c>dotnet test</c> holds the project to it.</summary>
public sealed class SuiteTests
{
    public static TheoryData<string> Names => [.. SuiteCatalogue.All.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task The_suite_is_met(string name)
    {
        var data = SuiteCatalogue.DataFolder();
        var folder = data is null ? null : Path.Combine(data, name);
        if (folder is null || !Directory.Exists(folder))
        {
            Assert.Skip($"{name}: the suites are not on this machine (set CRANK_TEST_DATA to their folder).");
        }

        var suite = SuiteCatalogue.All.Single(s => s.Name == name);
        var report = new SuiteReport(name, SuiteCatalogue.Declined(name));
        await suite.RunAsync(folder, report, TestContext.Current.CancellationToken);
        Assert.Empty(report.Shortfalls(suite.Required));
    }
}
