using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Crank.Rego.Patterns;

/// <summary>
/// A regular expression with the meaning RE2 gives it (as Go's <c>regexp</c>: leftmost-first), run by .NET's engine that never backtracks.
/// Immutable and safe from any thread.
/// </summary>
internal sealed class Re2
{
    private const int MaxCached = 512;
    private static readonly ConcurrentDictionary<string, Re2> Cache = new();

    private readonly Lazy<OnePass?> _onePass;
    private readonly Lazy<Regex> _ascii;
    private readonly Lazy<(PatternAlphabet Alphabet, Regex Regex)> _full;

    private Re2(PatternNode root, IReadOnlyList<string?> groups)
    {
        Groups = groups;
        _onePass = new(() => OnePass.Of(root, groups.Count));
        _ascii = new(() => Compile(root, null));
        _full = new(() => PatternAlphabet.Of(root) is var alphabet ? (alphabet, Compile(root, alphabet)) : default);
    }

    /// <summary>Names of the groups by number, null where unnamed; number 0 is the whole match.</summary>
    public IReadOnlyList<string?> Groups { get; }

    /// <summary>The compiled pattern, from a bounded cache where it was used before.</summary>
    /// <exception cref="PatternException">RE2 would refuse it.</exception>
    public static Re2 Of(string pattern)
    {
        if (Cache.TryGetValue(pattern, out var known))
        {
            return known;
        }

        var (root, groups) = PatternParser.Parse(pattern);
        return Keep(pattern, new Re2(root, groups));
    }

    /// <summary>A pattern built elsewhere (a glob, a template), cached under a key that no pattern can have.</summary>
    public static Re2 Of(string key, Func<PatternNode> build) => Cache.TryGetValue(key, out var known) ? known : Keep(key, new Re2(build(), [null]));

    public bool IsMatch(string text) => Ascii.IsValid(text)
        ? _onePass.Value?.IsMatch(text) ?? _ascii.Value.IsMatch(text)
        : _full.Value.Regex.IsMatch(_full.Value.Alphabet.Respell(text, out _));

    /// <summary>Successive matches that do not overlap; an empty one right after another match does not count.</summary>
    /// <param name="text">What is searched.</param>
    /// <param name="most">How many to return at most; negative for all.</param>
    /// <returns>For each match, start and end of the whole and of every group, in UTF-16 units of <paramref name="text"/>; -1 where a group took no part.</returns>
    public IEnumerable<int[]> Find(string text, int most = -1)
    {
        if (Ascii.IsValid(text) && _onePass.Value is { } onePass)
        {
            // The pattern is anchored: there is no second match.
            if (most != 0 && onePass.Match(text) is { } only)
            {
                yield return only;
            }

            yield break;
        }

        int[]? origin = null;
        var (searched, regex) = Ascii.IsValid(text) ? (text, _ascii.Value) : (_full.Value.Alphabet.Respell(text, out origin), _full.Value.Regex);
        var (at, lastEnd) = (0, -1);
        while (most != 0 && at <= searched.Length)
        {
            var match = regex.Match(searched, at);
            if (!match.Success)
            {
                break;
            }

            var end = match.Index + match.Length;
            var counts = match.Length > 0 || match.Index != lastEnd;
            lastEnd = end;
            at = match.Length > 0 ? end : end + 1;
            if (counts)
            {
                most -= most > 0 ? 1 : 0;
                yield return Places(match, origin);
            }
        }
    }

    private static int[] Places(Match match, int[]? origin)
    {
        var places = new int[match.Groups.Count * 2];
        for (var i = 0; i < match.Groups.Count; i++)
        {
            var group = match.Groups[i];
            (places[2 * i], places[(2 * i) + 1]) = group.Success ? (From(group.Index), From(group.Index + group.Length)) : (-1, -1);
        }

        return places;

        int From(int place) => origin is null ? place : origin[place];
    }

    private static Re2 Keep(string key, Re2 compiled)
    {
        if (Cache.Count >= MaxCached)
        {
            foreach (var (old, _) in Cache)
            {
                Cache.TryRemove(old, out _);
                break;
            }
        }

        Cache[key] = compiled;
        return compiled;
    }

    private static Regex Compile(PatternNode root, PatternAlphabet? alphabet)
    {
        try
        {
            return new Regex(PatternWriter.Write(root, alphabet), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException)
        {
            throw new PatternException("error parsing regexp: expression too large: its automaton has more states than are allowed, use smaller repeat counts");
        }
    }
}
