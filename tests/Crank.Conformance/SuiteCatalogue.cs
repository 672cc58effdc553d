namespace Crank.Conformance;

/// <summary>The suites of this assembly, their data folder and their declined lists.</summary>
public static class SuiteCatalogue
{
    public static IReadOnlyList<Suite> All { get; } =
        [.. typeof(SuiteCatalogue).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Suite)) && !t.IsAbstract)
            .Select(t => (Suite)Activator.CreateInstance(t)!)
            .OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>The folder that holds the suites: <c>CRANK_TEST_DATA</c>, else <c>../shared/data</c> from the repository root; null when there is none.</summary>
    public static string? DataFolder()
    {
        if (Environment.GetEnvironmentVariable("CRANK_TEST_DATA") is { Length: > 0 } configured)
        {
            return Directory.Exists(configured) ? configured : null;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Crank.slnx")))
            {
                var folder = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "data"));
                return Directory.Exists(folder) ? folder : null;
            }
        }

        return null;
    }

    /// <summary>Case name → reason, from <c>declined/SUITE.txt</c>: one case a line, the name, a tab, the reason; <c>#</c> starts a comment.</summary>
    public static IReadOnlyDictionary<string, string> Declined(string suite)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "declined", suite + ".txt");
        var declined = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(file))
        {
            return declined;
        }

        foreach (var line in File.ReadLines(file).Where(l => l.Length > 0 && !l.StartsWith('#')))
        {
            var parts = line.Split('\t', 2);
            declined.Add(parts[0], parts.Length == 2 && parts[1].Length > 0 ? parts[1] : throw new InvalidDataException($"{suite}: '{parts[0]}' is declined without a reason."));
        }

        return declined;
    }
}
