using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>
/// The letters of one pattern. Code points beyond ASCII that no set of the pattern tells apart are one letter, which stands for all of them; a text
/// is respelled in these letters before it is searched. So every code point is one unit whatever its plane, large Unicode classes cost nothing, and
/// no letter beyond ASCII is a word character, which is how RE2 draws word boundaries.
/// </summary>
internal sealed class PatternAlphabet
{
    // Private-use units: neither letters nor digits to any engine.
    private const int FirstLetter = 0xE000;
    private const int MaxLetters = 0x1900;
    private const int FirstBeyondAscii = 0x80;

    private readonly int[] _starts;
    private readonly char[] _letters;
    private readonly Dictionary<RuneRanges, string> _spellings;

    private PatternAlphabet(int[] starts, char[] letters, Dictionary<RuneRanges, string> spellings)
    {
        _starts = starts;
        _letters = letters;
        _spellings = spellings;
    }

    public static PatternAlphabet Of(PatternNode root)
    {
        var sets = new List<RuneRanges>();
        Collect(root, sets);
        sets = [.. sets.Distinct()];

        // Where membership in any set changes, a new stretch begins; stretches with the same memberships share a letter.
        var changes = new SortedDictionary<int, List<int>> { [FirstBeyondAscii] = [] };
        for (var i = 0; i < sets.Count; i++)
        {
            foreach (var (first, last) in sets[i].Within(FirstBeyondAscii, RuneRanges.Last).Ranges)
            {
                Toggle(changes, first, i);
                Toggle(changes, last + 1, i);
            }
        }

        var starts = new List<int>();
        var letters = new List<char>();
        var members = new bool[sets.Count];
        var known = new Dictionary<string, char>();
        var spellings = sets.Select(static _ => new StringBuilder()).ToArray();
        foreach (var (start, toggled) in changes)
        {
            foreach (var set in toggled)
            {
                members[set] = !members[set];
            }

            var signature = string.Create(members.Length, members, static (text, from) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = from[i] ? '1' : '0';
                }
            });
            if (!known.TryGetValue(signature, out var letter))
            {
                if (known.Count == MaxLetters)
                {
                    throw new PatternException("error parsing regexp: expression too large: its classes tell too many characters apart");
                }

                known[signature] = letter = (char)(FirstLetter + known.Count);
                for (var i = 0; i < members.Length; i++)
                {
                    if (members[i])
                    {
                        spellings[i].Append(letter);
                    }
                }
            }

            starts.Add(start);
            letters.Add(letter);
        }

        return new([.. starts], [.. letters], sets.Select(static (set, i) => (set, i)).ToDictionary(x => x.set, x => spellings[x.i].ToString()));
    }

    /// <summary>The letters beyond ASCII that a set of the pattern holds.</summary>
    public string Spell(RuneRanges set) => _spellings[set];

    /// <summary>Respells a text.</summary>
    /// <param name="text">What is to be searched.</param>
    /// <param name="origin">For each unit of the result, and its end, where it came from.</param>
    public string Respell(string text, out int[] origin)
    {
        var result = new StringBuilder(text.Length);
        origin = new int[text.Length + 1];
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used);
            origin[result.Length] = at;
            result.Append(rune.IsAscii ? (char)rune.Value : Letter(rune.Value));
            at += used;
        }

        origin[result.Length] = text.Length;
        return result.ToString();
    }

    private char Letter(int rune)
    {
        var index = Array.BinarySearch(_starts, rune);
        return _letters[index < 0 ? ~index - 1 : index];
    }

    private static void Toggle(SortedDictionary<int, List<int>> changes, int at, int set)
    {
        if (at <= RuneRanges.Last)
        {
            (changes.TryGetValue(at, out var list) ? list : changes[at] = []).Add(set);
        }
    }

    private static void Collect(PatternNode node, List<RuneRanges> sets)
    {
        switch (node)
        {
            case PatternNode.OneOf one:
                sets.Add(one.Set);
                break;
            case PatternNode.Sequence sequence:
                foreach (var part in sequence.Parts)
                {
                    Collect(part, sets);
                }

                break;
            case PatternNode.Alternatives alternatives:
                foreach (var choice in alternatives.Choices)
                {
                    Collect(choice, sets);
                }

                break;
            case PatternNode.Repeat repeat:
                Collect(repeat.What, sets);
                break;
            case PatternNode.Capture capture:
                Collect(capture.What, sets);
                break;
        }
    }
}
