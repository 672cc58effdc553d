using System.Globalization;
using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>The sets that <c>\p{…}</c> may name: general categories by their short names, and scripts.</summary>
internal static class UnicodeClasses
{
    private static readonly string[] Abbreviations =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So",
    ];

    private static readonly Lazy<Dictionary<string, RuneRanges>> Categories = new(Collect);

    /// <summary>The set of a name; null when there is none.</summary>
    public static RuneRanges? Find(string name) =>
        name == "Any" ? RuneRanges.Of((0, RuneRanges.Last)) : Categories.Value.GetValueOrDefault(name) ?? Script(name);

    private static RuneRanges? Script(string name)
    {
        foreach (var line in UnicodeScripts.Table.AsSpan().EnumerateLines())
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal))
            {
                var set = new RuneRanges();
                var rest = line[(name.Length + 1)..];
                foreach (var part in rest.Split(' '))
                {
                    var range = rest[part];
                    var dash = range.IndexOf('-');
                    var first = int.Parse(dash < 0 ? range : range[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    set.Add(first, dash < 0 ? first : int.Parse(range[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                }

                return set;
            }
        }

        return null;
    }

    private static Dictionary<string, RuneRanges> Collect()
    {
        var result = new Dictionary<string, RuneRanges>();
        var start = 0;
        var current = CategoryOf(0);
        for (var i = 1; i <= RuneRanges.Last + 1; i++)
        {
            var category = i <= RuneRanges.Last ? CategoryOf(i) : (UnicodeCategory)(-1);
            if (category != current)
            {
                if (current != UnicodeCategory.OtherNotAssigned)
                {
                    var name = Abbreviations[(int)current];
                    foreach (var key in new[] { name, name[..1] })
                    {
                        (result.TryGetValue(key, out var set) ? set : result[key] = new()).Add(start, i - 1);
                    }
                }

                (start, current) = (i, category);
            }
        }

        foreach (var set in result.Values)
        {
            set.Settled();
        }

        return result;
    }

    private static UnicodeCategory CategoryOf(int code) => Rune.IsValid(code) ? Rune.GetUnicodeCategory(new Rune(code)) : UnicodeCategory.Surrogate;
}
