namespace Crank.Schema;

/// <summary>Finds the known name that somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>Longest name that is compared, in UTF-16 units.</summary>
    public const int MaxLength = 64;

    /// <summary>
    /// The candidate with the fewest edits from <paramref name="name"/>, regardless of case; null when none is within a third of its length
    /// (one edit for names shorter than six). Of equally near candidates the ordinally first is returned.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var least = int.MaxValue;
        foreach (var candidate in candidates)
        {
            if (candidate.Length is 0 or > MaxLength || name.Length is 0 or > MaxLength)
            {
                continue;
            }

            var allowed = Math.Max(1, Math.Max(name.Length, candidate.Length) / 3);
            if (Math.Abs(name.Length - candidate.Length) > allowed)
            {
                continue;
            }

            var distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            var shared = Math.Max(name.Length, candidate.Length) - distance;
            if (distance <= allowed && shared > 0 && (distance < least || (distance == least && string.CompareOrdinal(candidate, best) < 0)))
            {
                (best, least) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one name into the other (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}
