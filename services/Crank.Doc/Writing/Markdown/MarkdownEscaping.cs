using System.Buffers;
using System.Globalization;
using System.Text;
using Crank.Doc.Reading.Markdown;

namespace Crank.Doc.Writing.Markdown;

/// <summary>Keeps text from being read as markup: escapes where a reader would see a mark, and nowhere else.</summary>
internal static class MarkdownEscaping
{
    private static readonly SearchValues<char> LineSigns = SearchValues.Create("-=|: \t");

    /// <summary>Escapes plain characters inside a line. What matters at the start of a line is <see cref="LineStart"/>'s.</summary>
    public static void Append(StringBuilder to, string text, bool insideLink)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or '\r')
            {
                to.Append(' ');
                continue;
            }

            if (NeedsEscape(to, text, i, insideLink))
            {
                to.Append('\\');
            }

            to.Append(c == '\0' ? '\uFFFD' : c);
        }
    }

    /// <summary>Escapes what would begin another block if <paramref name="line"/> stood at the start of one.</summary>
    public static string LineStart(string line)
    {
        var text = line.TrimStart(' ', '\t');
        if (text.Length == 0)
        {
            return text;
        }

        var next = text.Length > 1 ? text[1] : ' ';
        switch (text[0])
        {
            case '#' when IsHeading(text):
            case '>':
            case '-' or '+' when next is ' ' or '\t':
            case '-' or '=' or '|' or ':' when !text.AsSpan().ContainsAnyExcept(LineSigns):
            case ':' when next is ' ' or '\t':
                return "\\" + text;
            case '~' when text.StartsWith("~~~", StringComparison.Ordinal):
                return "\\" + text;
        }

        var digits = 0;
        while (digits < text.Length && digits < 10 && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        var marks = digits is > 0 and < 10 && digits < text.Length && text[digits] is '.' or ')' && (digits + 1 == text.Length || text[digits + 1] is ' ' or '\t');
        return marks ? text.Insert(digits, "\\") : text;
    }

    private static bool IsHeading(string text)
    {
        var level = text.AsSpan().IndexOfAnyExcept('#');
        return level < 0 || (level <= 6 && text[level] is ' ' or '\t');
    }

    private static bool NeedsEscape(StringBuilder to, string text, int at, bool insideLink)
    {
        var before = at > 0 ? text[at - 1] : to.Length > 0 ? to[^1] : ' ';
        var after = at + 1 < text.Length ? text[at + 1] : ' ';
        switch (text[at])
        {
            case '\\': return after == ' ' ? at + 1 == text.Length : MarkdownText.IsAsciiPunctuation(after) || after is '\n' or '\r';
            case '`' or '[': return true;
            case ']': return insideLink;
            case '*': return !(char.IsWhiteSpace(before) && char.IsWhiteSpace(after) && at > 0 && at + 1 < text.Length);
            case '_': return !(IsWord(before) && IsWord(after));
            case '~': return true;
            case '<': return char.IsAsciiLetter(after) || after is '/' or '!' or '?' || at + 1 == text.Length;
            case '&': return MarkdownText.Entity(text.AsSpan(at), out _) is not null || at + 1 == text.Length;
            case '!': return at + 1 == text.Length;
            default: return false;
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;
}
