using System.Globalization;
using System.Text;

namespace Crank.Rego.Builtins.Go;

/// <summary>Text in quotation marks as Go's <c>strconv.Quote</c> writes it; error messages of builtins use it.</summary>
internal static class GoQuote
{
    /// <param name="text">What to quote.</param>
    /// <param name="asciiOnly">True to escape everything beyond ASCII (<c>%+q</c>).</param>
    public static string Quote(string text, bool asciiOnly = false) => Write(text, '"', asciiOnly);

    /// <summary>One code point between apostrophes (<c>%q</c> of a number).</summary>
    public static string QuoteRune(int rune, bool asciiOnly = false) =>
        Write(Rune.IsValid(rune) ? new Rune(rune).ToString() : "\uFFFD", '\'', asciiOnly);

    private static string Write(string text, char mark, bool asciiOnly)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.AsSpan().ContainsAny(mark, '\\'))
        {
            return string.Create(text.Length + 2, (text, mark), static (span, given) =>
            {
                span[0] = span[^1] = given.mark;
                given.text.CopyTo(span[1..]);
            });
        }

        var result = new StringBuilder(text.Length + 2).Append(mark);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == mark || rune.Value == '\\')
            {
                result.Append('\\').Append((char)rune.Value);
            }
            else if (IsPrintable(rune) && (rune.IsAscii || !asciiOnly))
            {
                result.Append(rune.ToString());
            }
            else
            {
                result.Append(rune.Value switch
                {
                    '\a' => @"\a",
                    '\b' => @"\b",
                    '\f' => @"\f",
                    '\n' => @"\n",
                    '\r' => @"\r",
                    '\t' => @"\t",
                    '\v' => @"\v",
                    < ' ' or 0x7F => string.Create(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}"),
                    <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
                    _ => string.Create(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
                });
            }
        }

        return result.Append(mark).ToString();
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols and the plain space.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
