using System.Net;

namespace Crank.Doc.Reading.Markdown;

/// <summary>One HTML tag inside running text.</summary>
/// <param name="Name">In lower case; empty for comments, declarations and instructions.</param>
/// <param name="Closing">True for <c>&lt;/name&gt;</c>.</param>
/// <param name="Attributes">Names in lower case, values decoded; the first of a name wins.</param>
internal sealed record HtmlTag(string Name, bool Closing, IReadOnlyDictionary<string, string> Attributes)
{
    private const int MostAttributes = 64;

    /// <summary>Reads the source of one tag as <see cref="HtmlScanner"/> found it.</summary>
    public static HtmlTag Parse(string source)
    {
        var closing = source.StartsWith("</", StringComparison.Ordinal);
        var at = closing ? 2 : 1;
        var end = at;
        while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] == '-'))
        {
            end++;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = source[at..end].ToLowerInvariant();
        while (name.Length > 0 && end < source.Length && attributes.Count < MostAttributes)
        {
            end = ReadAttribute(source, end, attributes);
        }

        return new HtmlTag(name, closing, attributes);
    }

    private static int ReadAttribute(string source, int at, Dictionary<string, string> attributes)
    {
        while (at < source.Length && (MarkdownText.IsSpace(source[at]) || source[at] is '/' or '>'))
        {
            at++;
        }

        var nameEnd = at;
        while (nameEnd < source.Length && !MarkdownText.IsSpace(source[nameEnd]) && source[nameEnd] is not ('=' or '>' or '/'))
        {
            nameEnd++;
        }

        if (nameEnd == at)
        {
            return at + 1;
        }

        var name = source[at..nameEnd].ToLowerInvariant();
        var value = nameEnd;
        while (value < source.Length && MarkdownText.IsSpace(source[value]))
        {
            value++;
        }

        if (value >= source.Length || source[value] != '=')
        {
            attributes.TryAdd(name, "");
            return nameEnd;
        }

        value++;
        while (value < source.Length && MarkdownText.IsSpace(source[value]))
        {
            value++;
        }

        int end;
        if (value < source.Length && source[value] is '"' or '\'')
        {
            end = source.IndexOf(source[value], value + 1);
            end = end < 0 ? source.Length : end;
            attributes.TryAdd(name, WebUtility.HtmlDecode(source[(value + 1)..end]));
            return end + 1;
        }

        end = source.AsSpan(value).IndexOfAny(" \t\n>");
        end = end < 0 ? source.Length : value + end;
        attributes.TryAdd(name, WebUtility.HtmlDecode(source[value..end]));
        return end;
    }
}
