using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>
/// Whether some string that is not empty matches both of two patterns made of characters, <c>.</c>, <c>[sets]</c> and the repetitions
/// <c>*</c> and <c>+</c>: the rule behind <c>regex.globs_match</c>.
/// </summary>
internal static class GlobIntersection
{
    private const int MaxTokens = 4096;

    private readonly record struct Token(RuneRanges Set, bool Optional, bool Repeats);

    /// <summary>Walks both patterns side by side, over the pairs of places that one string can reach.</summary>
    /// <exception cref="PatternException">One of them is malformed or too long.</exception>
    public static bool NonEmpty(string left, string right)
    {
        var (a, b) = (Tokenize(left), Tokenize(right));
        if ((long)a.Count * b.Count > MaxTokens * 64L)
        {
            throw new PatternException($"patterns of {a.Count} and {b.Count} symbols are too long to intersect");
        }

        var seen = new HashSet<(int, int, bool)>();
        var todo = new Stack<(int A, int B, bool Consumed)>([(0, 0, false)]);
        while (todo.TryPop(out var place))
        {
            if (!seen.Add(place))
            {
                continue;
            }

            var (i, j, consumed) = place;
            if (i == a.Count && j == b.Count && consumed)
            {
                return true;
            }

            if (i < a.Count && a[i].Optional)
            {
                todo.Push((i + 1, j, consumed));
            }

            if (j < b.Count && b[j].Optional)
            {
                todo.Push((i, j + 1, consumed));
            }

            if (i < a.Count && j < b.Count && Meet(a[i].Set, b[j].Set))
            {
                // After one character either pattern moves on, or stays where it repeats.
                todo.Push((i + 1, j + 1, true));
                if (a[i].Repeats)
                {
                    todo.Push((i, j + 1, true));
                }

                if (b[j].Repeats)
                {
                    todo.Push((i + 1, j, true));
                }
            }
        }

        return false;
    }

    private static bool Meet(RuneRanges left, RuneRanges right) => left.Ranges.Any(range => right.Within(range.First, range.Last).Ranges.Count > 0);

    private static List<Token> Tokenize(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var tokens = new List<Token>();
        for (var at = 0; at < runes.Length;)
        {
            var (rune, escaped) = Next(text, runes, ref at);
            var set = (rune.Value, escaped) switch
            {
                ('.', false) => RuneRanges.Of((0, RuneRanges.Last)),
                ('[', false) => Set(text, runes, ref at),
                (']', false) => throw Invalid(text, at, "set-close ']' with no preceding '['"),
                ('*' or '+', false) => throw Invalid(text, at, $"flag '{rune}' must be preceded by a non-flag"),
                var (value, _) => RuneRanges.Of((value, value)),
            };
            var flag = at < runes.Length ? runes[at].Value : 0;
            var repeats = flag is '*' or '+';
            at += repeats ? 1 : 0;
            tokens.Add(new(set, flag == '*', repeats));
            if (tokens.Count > MaxTokens)
            {
                throw new PatternException($"a pattern has more than {MaxTokens} symbols");
            }
        }

        return tokens;
    }

    private static RuneRanges Set(string text, Rune[] runes, ref int at)
    {
        var set = new RuneRanges();
        int? previous = null;
        while (at < runes.Length)
        {
            var (rune, escaped) = Next(text, runes, ref at);
            switch (rune.Value)
            {
                case ']' when !escaped:
                    return set;
                case '-' when !escaped:
                    if (previous is not { } low)
                    {
                        throw Invalid(text, at, "range character '-' must be preceded by a Unicode character");
                    }

                    if (at >= runes.Length - 1)
                    {
                        throw Invalid(text, at, "range character '-' must be followed by a Unicode character");
                    }

                    var (high, highEscaped) = Next(text, runes, ref at);
                    if (!highEscaped && high.Value is ']' or '-')
                    {
                        throw Invalid(text, at, "range character '-' cannot be followed by a special symbol");
                    }

                    if (high.Value < low)
                    {
                        throw Invalid(text, at, $"range is out of order: '{high}' comes before '{new Rune(low)}' in Unicode");
                    }

                    set.Add(low, high.Value);
                    previous = null;
                    break;
                default:
                    set.Add(rune.Value, rune.Value);
                    previous = rune.Value;
                    break;
            }
        }

        throw Invalid(text, at, "found [ without matching ]");
    }

    private static (Rune Rune, bool Escaped) Next(string text, Rune[] runes, ref int at)
    {
        if (runes[at].Value != '\\')
        {
            return (runes[at++], false);
        }

        if (at == runes.Length - 1)
        {
            throw Invalid(text, at, @"input ends with a \\ (escape) character");
        }

        at += 2;
        return (runes[at - 1], true);
    }

    private static PatternException Invalid(string text, int at, string why) => new($"input:{text}, pos:{at}, {why}: the input provided is invalid");
}
