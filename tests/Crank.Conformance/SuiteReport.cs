using System.Globalization;

namespace Crank.Conformance;

/// <summary>Counts what became of the cases of one suite: every case is passed, failed, declined or skipped, and none twice.</summary>
public sealed class SuiteReport(string suite, IReadOnlyDictionary<string, string> declined)
{
    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, (Verdict Verdict, string? Why)> _cases = new(StringComparer.Ordinal);

    public string Suite { get; } = suite;

    public IReadOnlyDictionary<string, (Verdict Verdict, string? Why)> Cases => _cases;

    public int Passed => Count(Verdict.Passed);

    public int Failed => Count(Verdict.Failed);

    public int Declined => Count(Verdict.Declined);

    public int Skipped => Count(Verdict.Skipped);

    /// <summary>Figures that the suite measured, for people.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public void Note(string figures) => _notes.Add(figures);

    public void Pass(string name) => Add(name, Verdict.Passed, null);

    public void Fail(string name, string why) => Add(name, Verdict.Failed, why);

    public void Check(string name, bool passed, string why)
    {
        if (passed)
        {
            Pass(name);
        }
        else
        {
            Fail(name, why);
        }
    }

    /// <summary>True when the project declines this case on purpose: the case then counts as declined and must not be run.</summary>
    public bool Declines(string name) => Declines(name, name);

    /// <summary>As above for a case that is declined with all of its kind: <paramref name="listedAs"/> is what stands in the list.</summary>
    public bool Declines(string name, string listedAs)
    {
        if (!declined.TryGetValue(listedAs, out var why))
        {
            return false;
        }

        Add(name, Verdict.Declined, why);
        return true;
    }

    /// <summary>Counts a case as declined where the project's documents, not a list of names, say what is not offered.</summary>
    public void Decline(string name, string why) => Add(name, Verdict.Declined, why);

    public void Skip(string name, string why) => Add(name, Verdict.Skipped, why);

    /// <summary>Per group: passed, failed, declined.</summary>
    public IReadOnlyList<(string Group, int Passed, int Failed, int Declined)> Groups() =>
        [.. _cases.GroupBy(c => GroupOf(c.Key), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (
            g.Key,
            g.Count(c => c.Value.Verdict == Verdict.Passed),
            g.Count(c => c.Value.Verdict == Verdict.Failed),
            g.Count(c => c.Value.Verdict == Verdict.Declined)))];

    /// <summary>The groups that fall short of what <paramref name="required"/> asks, in words; empty when the suite is met.</summary>
    public IReadOnlyList<string> Shortfalls(IReadOnlyDictionary<string, double> required)
    {
        if (_cases.Count == 0)
        {
            return [$"{Suite}: no case was found"];
        }

        var shortfalls = new List<string>();
        foreach (var (group, passed, failed, _) in Groups())
        {
            var least = required.GetValueOrDefault(group, 1.0);
            if (passed + failed > 0 && (double)passed / (passed + failed) < least)
            {
                var names = string.Join(", ", _cases.Where(c => GroupOf(c.Key) == group && c.Value.Verdict == Verdict.Failed).Take(8).Select(c => $"{c.Key} ({c.Value.Why})"));
                shortfalls.Add(string.Create(CultureInfo.InvariantCulture, $"{group}: {passed} of {passed + failed}, required {least:P1}: {names}"));
            }
        }

        return shortfalls;
    }

    private static string GroupOf(string name) => name.Split('/', 2)[0];

    private int Count(Verdict verdict) => _cases.Values.Count(c => c.Verdict == verdict);

    private void Add(string name, Verdict verdict, string? why)
    {
        lock (_lock)
        {
            if (!_cases.TryAdd(name, (verdict, why)))
            {
                throw new InvalidOperationException($"Case '{name}' of {Suite} was reported twice.");
            }
        }
    }
}
