using System.Globalization;

namespace Crank.Doc.Text;

/// <summary>How likely a decoded text is in a language: the sum of natural logarithms, so that decodings of the same bytes compare.</summary>
internal static class TextScore
{
    private const double Control = -16;
    private const double Unassigned = -17;
    private const double Symbol = -9.5;
    private const double UsualSign = -4.5;
    private const double InsideWord = -4;
    private const string UsualSigns = "\u201C\u201D\u201E\u2018\u2019\u201A\u2013\u2014\u2026\u00AB\u00BB\u2039\u203A\u20AC\u00A7\u00B0\u2022\u2116\u00A0\u00BF\u00A1\u00A3\u00A9\u00AE\u2122\u0387\u00B7\u060C\u061B\u061F\u066A\u05F3\u05F4\u05BE\u0E2F\u0E3F\u0E46\u20AA\u00BD\u00B2\u00B3\u00D7";
    private const string WideSigns = "\u3000\u3001\u3002\uFF0C\uFF0E\uFF1A\uFF1B\uFF01\uFF1F\uFF08\uFF09\u300C\u300D\u300E\u300F\u300A\u300B\u30FB\u30FC\u3010\u3011\u2018\u2019\u201C\u201D\u2014\u2026\u00B7\uFF5E\u301C\u3005\u203B\uFF05\uFF0F\uFFE5";

    /// <summary>Scores the words that hold a character beyond ASCII; the rest is the same in every candidate.</summary>
    public static double OfForeignWords(string text, LanguageModel language) => OverForeignWords(text, (t, from, to) => Alphabetic(t, from, to, language));

    /// <summary>The same for languages written with ideographs, kana or Hangul.</summary>
    public static double OfForeignWords(string text, string eastAsian) => OverForeignWords(text, (t, from, to) => EastAsian(t, from, to, eastAsian));

    public static double OfAll(string text, LanguageModel language) => Alphabetic(text, 0, text.Length, language);

    public static double OfAll(string text, string eastAsian) => EastAsian(text, 0, text.Length, eastAsian);

    private static double OverForeignWords(string text, Func<string, int, int, double> score)
    {
        var total = 0.0;
        for (var i = 0; i < text.Length;)
        {
            if (IsWordEnd(text[i]))
            {
                i++;
                continue;
            }

            var end = i;
            var foreign = false;
            while (end < text.Length && !IsWordEnd(text[end]))
            {
                foreign |= text[end] > 127;
                end++;
            }

            if (foreign)
            {
                total += score(text, i, end);
            }

            i = end;
        }

        return total;
    }

    private static bool IsWordEnd(char c) => c < 128 && !char.IsAsciiLetter(c) && (c >= 32 || c is '\t' or '\n' or '\r');

    private static double Alphabetic(string text, int from, int to, LanguageModel language)
    {
        var total = 0.0;
        for (var i = from; i < to; i++)
        {
            var c = text[i];
            var previous = i == 0 ? ' ' : text[i - 1];
            if (Scripts.IsLetterOrMark(c))
            {
                total += language.Pair(previous, c) + Case(text, i, previous, c);
                continue;
            }

            total += language.Pair(previous, ' ') + Sign(c);
            if (c > 127 && c is not ('\u2019' or '\u2013' or '\u2014' or '\u00B7' or '\u00A0') && Scripts.IsLetterOrMark(previous) && i + 1 < text.Length && Scripts.IsLetterOrMark(text[i + 1]))
            {
                total += InsideWord;
            }
        }

        if (to < text.Length && to > from && Scripts.IsLetterOrMark(text[to - 1]))
        {
            total += language.Pair(text[to - 1], ' ');
        }

        return total;
    }

    private static double Case(string text, int i, char previous, char c)
    {
        if (char.IsUpper(c))
        {
            return char.IsUpper(previous) ? -1 : char.IsLetter(previous) ? -5.5 : -1.5;
        }

        return char.IsLower(c) && char.IsUpper(previous) && i >= 2 && char.IsLetter(text[i - 2]) ? -3.5 : 0;
    }

    private static double Sign(char c)
    {
        if (c < 128)
        {
            return c switch
            {
                ' ' => 0,
                '\n' or '\r' or '\t' => -3,
                '.' or ',' => -2,
                < ' ' or '\u007F' => Control,
                >= '0' and <= '9' => -3,
                _ => -4,
            };
        }

        return UsualSigns.Contains(c, StringComparison.Ordinal) ? UsualSign : Odd(c);
    }

    private static double Odd(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control => Control,
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => Unassigned,
        _ => c == '\uFFFD' ? Unassigned : Symbol,
    };

    private static double EastAsian(string text, int from, int to, string language)
    {
        var ideographs = language == "ko" ? null : Languages.Ideographs(language);
        var korean = language == "ko" ? Languages.Named("ko") : null;
        var total = 0.0;
        for (var i = from; i < to; i++)
        {
            var c = text[i];
            total += Scripts.Of(c) switch
            {
                Script.Han => ideographs?.Of(c) ?? -10.5,
                Script.Kana => language == "ja" ? Kana(c) : -10.5,
                Script.Hangul => korean is null ? -11.5 : c < '\uAC00' ? -11 : korean.Knows(c) ? -5.2 : -8.3,
                Script.Latin when c < 128 => -4.2,
                _ when WideSigns.Contains(c, StringComparison.Ordinal) => -4,
                _ when c < 128 => Sign(c) - 1,
                _ when c is >= '\uFF01' and <= '\uFF5E' => -6.5,
                _ => Odd(c) - 1.5,
            };
        }

        return total;
    }

    private static double Kana(char c) => c switch
    {
        >= '\u3041' and <= '\u3093' => -3.9,
        >= '\u30A1' and <= '\u30F6' => -4.6,
        >= '\uFF66' => -6.5,
        _ => -5,
    };
}
