using System.Globalization;
using System.Text;

namespace Crank.Gateway.Agents;

/// <summary>Text of a capability's author on its way to an agent that reads it as part of its own context: one line, visible characters, bounded.</summary>
internal static class PlainText
{
    /// <summary>The text without control, formatting, private and unassigned characters, white space as single blanks, cut at <paramref name="most"/> characters.</summary>
    /// <remarks>Formatting characters (general category Cf) hide text from people that a model reads: bidirectional overrides, zero-width and tag characters.</remarks>
    public static string Of(string text, int most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most));
        var blank = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                blank = clean.Length > 0;
                continue;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
            {
                continue;
            }

            if (clean.Length + rune.Utf16SequenceLength + (blank ? 1 : 0) > most)
            {
                break;
            }

            if (blank)
            {
                clean.Append(' ');
                blank = false;
            }

            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }
}
