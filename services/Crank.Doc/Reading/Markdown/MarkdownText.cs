using System.Buffers;
using System.Globalization;
using System.Text;
using AngleSharp.Html;

namespace Crank.Doc.Reading.Markdown;

/// <summary>The small rules of CommonMark: escapes, character references, character classes.</summary>
internal static class MarkdownText
{
    private const string AsciiPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private const int LongestEntity = 33;

    private static readonly SearchValues<char> Punctuation = SearchValues.Create(AsciiPunctuation);
    private static readonly SearchValues<char> EscapeStarts = SearchValues.Create("\\&");

    public static bool IsAsciiPunctuation(char c) => Punctuation.Contains(c);

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    /// <summary>Unicode white space (CommonMark 0.31, section 2.1); an end of text counts as one.</summary>
    public static bool IsUnicodeSpace(Rune rune) =>
        rune.Value is '\t' or '\n' or '\f' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    public static bool IsPunctuation(Rune rune, bool rules029)
    {
        if (rune.IsAscii)
        {
            return IsAsciiPunctuation((char)rune.Value);
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
                or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation => true,
            UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol => !rules029,
            _ => false,
        };
    }

    /// <summary>Resolves backslash escapes and character references.</summary>
    public static string Unescape(ReadOnlySpan<char> raw)
    {
        if (raw.IndexOfAny(EscapeStarts) < 0)
        {
            return raw.ToString();
        }

        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length && IsAsciiPunctuation(raw[i + 1]))
            {
                text.Append(raw[++i]);
            }
            else if (raw[i] == '&' && Entity(raw[i..], out var length) is { } decoded)
            {
                text.Append(decoded);
                i += length - 1;
            }
            else
            {
                text.Append(raw[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>The characters that a reference at the start of <paramref name="raw"/> stands for; null when it is none.</summary>
    public static string? Entity(ReadOnlySpan<char> raw, out int length)
    {
        length = 0;
        var end = raw[..Math.Min(raw.Length, LongestEntity)].IndexOf(';');
        if (end < 2 || raw[0] != '&')
        {
            return null;
        }

        length = end + 1;
        var name = raw[1..end];
        if (name[0] != '#')
        {
            return name.ContainsAnyExcept(AsciiAlphanumeric) ? null : HtmlEntityProvider.Resolver.GetSymbol(string.Concat(name, ";"));
        }

        var hex = name.Length > 1 && name[1] is 'x' or 'X';
        var digits = name[(hex ? 2 : 1)..];
        if (digits.Length == 0 || digits.Length > (hex ? 6 : 7) || digits.ContainsAnyExcept(hex ? HexDigits : Digits))
        {
            return null;
        }

        var value = int.Parse(digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture);
        return value != 0 && Rune.IsValid(value) ? new Rune(value).ToString() : "\uFFFD";
    }

    private static readonly SearchValues<char> AsciiAlphanumeric = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");
}
