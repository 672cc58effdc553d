using System.Collections.Concurrent;

namespace Crank.Rego.Patterns;

/// <summary>Globs with one delimiter, found again without putting a key together.</summary>
internal static class GlobCache
{
    private const int Max = 512;
    private static readonly ConcurrentDictionary<(string Pattern, char Delimiter), Re2> s_known = new();

    public static Re2? Find(string pattern, char delimiter) => s_known.GetValueOrDefault((pattern, delimiter));

    public static Re2 Keep(string pattern, char delimiter, Re2 compiled)
    {
        if (s_known.Count >= Max)
        {
            s_known.Clear();
        }

        s_known[(pattern, delimiter)] = compiled;
        return compiled;
    }
}
