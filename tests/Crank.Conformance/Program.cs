using System.Text.Json;
using Xunit.MicrosoftTestingPlatform;

namespace Crank.Conformance;

internal static class Program
{
    // "dotnet run" puts the test platform's own option before what it was given.
    private static async Task<int> Main(string[] args) =>
        args.SkipWhile(a => a == "--report-xunit-trx").ToArray() is [var first, ..] given && !first.StartsWith('-') && !first.StartsWith('@')
            ? await RunSuiteAsync(given)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);

    /// <summary><c>SUITE [--data DIR] [--json FILE] [--verbose]</c>; the last line is <c>N passed, N failed, N skipped</c>.</summary>
    private static async Task<int> RunSuiteAsync(string[] args)
    {
        string? json = null, data = null;
        var verbose = false;
        for (var i = 1; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--data" when i + 1 < args.Length: data = args[++i]; break;
                case "--json" when i + 1 < args.Length: json = args[++i]; break;
                case "--verbose": verbose = true; break;
                default:
                    Console.Error.WriteLine($"'{args[i]}' is not known here. Usage: SUITE [--data DIR] [--json FILE] [--verbose]");
                    return 2;
            }
        }

        var suite = SuiteCatalogue.All.FirstOrDefault(s => s.Name == args[0]);
        if (suite is null)
        {
            Console.Error.WriteLine($"There is no suite '{args[0]}'. Known: {string.Join(", ", SuiteCatalogue.All.Select(s => s.Name))}");
            return 2;
        }

        data ??= SuiteCatalogue.DataFolder();
        var folder = data is null ? null : Path.Combine(data, suite.Name);
        if (folder is not null && !Directory.Exists(folder) && Directory.Exists(data) && Path.GetFileName(data.TrimEnd('/')) == suite.Name)
        {
            folder = data;
        }

        if (folder is null || !Directory.Exists(folder))
        {
            Console.WriteLine($"{suite.Name}: the suite is not on this machine; set CRANK_TEST_DATA or give --data DIR");
            Console.WriteLine("0 passed, 0 failed, 1 skipped");
            return 0;
        }

        var report = new SuiteReport(suite.Name, SuiteCatalogue.Declined(suite.Name));
        await suite.RunAsync(folder, report, CancellationToken.None);

        foreach (var (name, (verdict, why)) in report.Cases.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (verdict is Verdict.Failed or Verdict.Declined || verbose)
            {
                Console.WriteLine($"{verdict.ToString().ToLowerInvariant()} {name}{(why is null ? "" : ": " + why)}");
            }
        }

        foreach (var (group, passed, failed, declined) in report.Groups())
        {
            Console.WriteLine($"{group}: {passed} passed, {failed} failed, {declined} declined");
        }

        foreach (var note in report.Notes)
        {
            Console.WriteLine(note);
        }

        if (json is not null)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(
                report.Cases.Select(c => new { name = c.Key, verdict = c.Value.Verdict.ToString().ToLowerInvariant(), why = c.Value.Why })));
        }

        var shortfalls = report.Shortfalls(suite.Required);
        foreach (var shortfall in shortfalls)
        {
            Console.WriteLine($"short: {shortfall}");
        }

        if (report.Declined > 0)
        {
            Console.WriteLine($"{report.Declined} declined by name");
        }

        Console.WriteLine($"{report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped");
        return shortfalls.Count == 0 ? 0 : 1;
    }
}
