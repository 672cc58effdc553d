using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>Which code points are equal when case is ignored (Unicode simple case folding, as RE2 does it).</summary>
internal static class FoldOrbits
{
    // The last code point that has a case, and the two letters whose fold crosses from beyond ASCII into it.
    private const int LastCased = 0x1E943;

    private static readonly Lazy<Dictionary<int, int[]>> Orbits = new(Collect);

    /// <summary>The set together with everything that equals one of its members when case is ignored.</summary>
    public static RuneRanges Close(RuneRanges set)
    {
        var result = new RuneRanges();
        result.Add(set);
        foreach (var (first, last) in set.Ranges)
        {
            if (first == 0 && last >= LastCased)
            {
                continue;
            }

            for (var rune = first; rune <= Math.Min(last, LastCased); rune++)
            {
                if (Orbits.Value.TryGetValue(rune, out var orbit))
                {
                    foreach (var other in orbit)
                    {
                        result.Add(other, other);
                    }
                }
            }
        }

        return result;
    }

    private static Dictionary<int, int[]> Collect()
    {
        var byFold = new Dictionary<int, List<int>>();
        for (var i = 0; i <= LastCased; i++)
        {
            // The dotted capital I and the dotless small one fold to themselves only.
            if (!Rune.IsValid(i) || i is 0x130 or 0x131)
            {
                continue;
            }

            var rune = new Rune(i);
            var upper = Rune.ToUpperInvariant(rune);
            var fold = Rune.ToLowerInvariant(upper).Value;
            if (fold != i || upper.Value != i)
            {
                (byFold.TryGetValue(fold, out var found) ? found : byFold[fold] = [fold]).Add(i);
                byFold[fold].Add(upper.Value);
            }
        }

        // Letters whose own case mapping says nothing of the fold: Kelvin and Angstrom signs, long s, capital sharp s, Ohm sign.
        foreach (var (odd, plain) in new[] { (0x212A, 'k'), (0x212B, 0xE5), (0x17F, 's'), (0x1E9E, 0xDF), (0x2126, 0x3C9), (0x3F4, 0x3B8) })
        {
            (byFold.TryGetValue(plain, out var found) ? found : byFold[plain] = [plain]).Add(odd);
        }

        var result = new Dictionary<int, int[]>();
        foreach (var members in byFold.Values)
        {
            var all = members.Distinct().ToArray();
            foreach (var member in all)
            {
                result[member] = all;
            }
        }

        return result;
    }
}
