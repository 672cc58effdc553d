using System.Globalization;
using System.Text;

namespace Crank.Rego.Patterns;

/// <summary>Writes a parsed pattern for .NET's engine.</summary>
internal static class PatternWriter
{
    /// <param name="root">The pattern.</param>
    /// <param name="alphabet">The letters of a respelled text; null for a text of ASCII alone, which keeps the pattern small and fast.</param>
    public static string Write(PatternNode root, PatternAlphabet? alphabet)
    {
        var text = new StringBuilder();
        Write(text, root, alphabet);
        return text.ToString();
    }

    private static void Write(StringBuilder text, PatternNode node, PatternAlphabet? alphabet)
    {
        switch (node)
        {
            case PatternNode.OneOf one:
                WriteSet(text, one.Set, alphabet);
                break;
            case PatternNode.Sequence sequence:
                foreach (var part in sequence.Parts)
                {
                    WriteAtom(text, part, alphabet, part is PatternNode.Alternatives);
                }

                break;
            case PatternNode.Alternatives alternatives:
                for (var i = 0; i < alternatives.Choices.Count; i++)
                {
                    Write(i == 0 ? text : text.Append('|'), alternatives.Choices[i], alphabet);
                }

                break;
            case PatternNode.Capture capture:
                Write(text.Append('('), capture.What, alphabet);
                text.Append(')');
                break;
            case PatternNode.Place place:
                text.Append(place.Anchor is "^" or "$" ? $"(?m:{place.Anchor})" : place.Anchor);
                break;
            case PatternNode.Repeat repeat:
                WriteAtom(text, repeat.What, alphabet, repeat.What is not (PatternNode.OneOf or PatternNode.Capture));
                text.Append((repeat.Min, repeat.Max) switch
                {
                    (0, -1) => "*",
                    (1, -1) => "+",
                    (0, 1) => "?",
                    (_, -1) => string.Create(CultureInfo.InvariantCulture, $"{{{repeat.Min},}}"),
                    _ => string.Create(CultureInfo.InvariantCulture, $"{{{repeat.Min},{repeat.Max}}}"),
                }).Append(repeat.Lazy ? "?" : "");
                break;
        }
    }

    private static void WriteAtom(StringBuilder text, PatternNode node, PatternAlphabet? alphabet, bool bracket)
    {
        if (bracket)
        {
            text.Append("(?:");
        }

        Write(text, node, alphabet);
        if (bracket)
        {
            text.Append(')');
        }
    }

    private static void WriteSet(StringBuilder text, RuneRanges set, PatternAlphabet? alphabet)
    {
        var units = set.Within(0, 0x7F);
        foreach (var letter in alphabet?.Spell(set) ?? "")
        {
            units.Add(letter, letter);
        }

        if (units.Ranges.Count == 0)
        {
            text.Append(@"[^\0-\uFFFF]");
            return;
        }

        WriteUnits(text, units.Ranges);
    }

    private static void WriteUnits(StringBuilder text, IReadOnlyList<(int First, int Last)> ranges)
    {
        if (ranges is [var only] && only.First == only.Last)
        {
            WriteUnit(text, only.First);
            return;
        }

        text.Append('[');
        foreach (var (first, last) in ranges)
        {
            WriteUnit(text, first);
            if (last > first)
            {
                WriteUnit(text.Append('-'), last);
            }
        }

        text.Append(']');
    }

    private static void WriteUnit(StringBuilder text, int unit)
    {
        if (char.IsAsciiLetterOrDigit((char)unit))
        {
            text.Append((char)unit);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");
        }
    }
}
