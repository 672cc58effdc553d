using System.Text;

namespace Crank.Rego.Builtins;

/// <summary>Strings by code point, as Rego counts and cuts them.</summary>
internal static class Runes
{
    /// <summary>How many code points a string has; half a pair counts as one.</summary>
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            count -= char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The units from one code point on, at most <paramref name="count"/> of them; a negative count is all.</summary>
    public static string Slice(string text, long start, long count)
    {
        if (Ascii.IsValid(text))
        {
            var from = (int)Math.Min(start, text.Length);
            return text.Substring(from, count < 0 ? text.Length - from : (int)Math.Min(count, text.Length - from));
        }

        var begin = Advance(text, 0, start);
        return count < 0 ? text[begin..] : text[begin..Advance(text, begin, count)];
    }

    private static int Advance(string text, int at, long count)
    {
        for (; count > 0 && at < text.Length; count--)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return at;
    }
}
