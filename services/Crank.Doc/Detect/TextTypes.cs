using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crank.Doc.Csv;
using Crank.Doc.Text;

namespace Crank.Doc.Detect;

/// <summary>Tells kinds of text apart.</summary>
internal static partial class TextTypes
{
    private const int LookedAt = 64 * 1024;

    public static (string Key, double Confidence, string Reason)? Find(ReadOnlySpan<byte> content, FileType? claimed)
    {
        var isWhole = content.Length <= LookedAt;
        var sample = content[..Math.Min(content.Length, LookedAt)];
        var encoding = EncodingDetector.Detect(sample);
        var text = encoding.Encoding.GetString(sample[encoding.MarkLength..]);
        if (!IsText(text, encoding))
        {
            return null;
        }

        var start = text.AsSpan().TrimStart();
        if (Marked(start) is { } marked)
        {
            return marked;
        }

        if (claimed?.Key is "markdown" or "csv" or "text" || (claimed?.Key is "html" or "latex" && text.AsSpan().ContainsAny('<', '\\')))
        {
            return (claimed.Key, 0.9, $"text, and the name says {claimed.Title}");
        }

        return Guessed(text, start, isWhole);
    }

    /// <summary>Text has few control characters, and none at all when its encoding had to be guessed.</summary>
    private static bool IsText(string text, DetectedEncoding encoding)
    {
        int odd = 0, broken = 0;
        foreach (var c in text)
        {
            odd += c < ' ' && c is not ('\t' or '\n' or '\r' or '\f' or '\v' or '\b' or '\u001B') || c is >= '\u007F' and < '\u00A0' and not '\u0085' ? 1 : 0;
            broken += c == '\uFFFD' ? 1 : 0;
        }

        return odd * (encoding.Certain ? 8 : 50) <= text.Length && broken * 10 <= text.Length;
    }

    private static (string Key, double Confidence, string Reason)? Marked(ReadOnlySpan<char> start)
    {
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
        {
            var root = RootElement().Match(start[..Math.Min(start.Length, 4096)].ToString()).Groups[1].Value;
            return root switch { "html" => ("html", 0.95, "XML with the root element html"), "svg" => ("svg", 0.95, "XML with the root element svg"), _ => ("xml", 0.95, "XML declaration") };
        }

        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            return ("html", 1, "begins as an HTML page");
        }

        if (start.StartsWith("<svg", StringComparison.OrdinalIgnoreCase))
        {
            return ("svg", 0.9, "begins with the element svg");
        }

        if (start.StartsWith("WEBVTT", StringComparison.Ordinal) && (start.Length == 6 || start[6] is ' ' or '\t' or '\n' or '\r'))
        {
            return ("webvtt", 1, "begins with WEBVTT");
        }

        if (start.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase))
        {
            return ("icalendar", 1, "begins with BEGIN:VCALENDAR");
        }

        return start.StartsWith("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase) ? ("vcard", 1, "begins with BEGIN:VCARD") : null;
    }

    private static (string Key, double Confidence, string Reason) Guessed(string text, ReadOnlySpan<char> start, bool isWhole)
    {
        var head = text.Length > 16_384 ? text[..16_384] : text;
        if (MailFields(head) >= 2)
        {
            return head.StartsWith("From ", StringComparison.Ordinal) ? ("mbox", 0.9, "From line and header fields of mail") : ("eml", 0.9, "header fields of mail");
        }

        if (LatexCommand().IsMatch(head))
        {
            return ("latex", 0.9, "commands of LaTeX");
        }

        if (start.Length > 1 && start[0] is '{' or '[' && IsJson(text, isWhole))
        {
            return ("json", 0.95, "well-formed JSON");
        }

        if (start.Length > 1 && start[0] == '<' && HtmlTag().IsMatch(head))
        {
            return ("html", 0.85, "begins with an element of HTML");
        }

        var markdown = MarkdownSign().Count(head);
        if (markdown >= 2 && markdown * 40 >= head.AsSpan().Count('\n'))
        {
            return ("markdown", 0.7, "headings, lists, links or tables of Markdown");
        }

        if (IsCsv(head, isWhole && head.Length == text.Length) is { } why)
        {
            return ("csv", 0.8, why);
        }

        return markdown > 0 && MarkdownStrong().IsMatch(head) ? ("markdown", 0.6, "a heading, link or fence of Markdown") : ("text", 0.6, "text without the marks of another type");
    }

    private static int MailFields(string head)
    {
        var end = BlankLine().Match(head) is { Success: true } blank ? blank.Index : head.Length;
        return MailField().Matches(head[..end]).Select(m => m.Groups[1].Value.ToLowerInvariant()).Distinct().Count();
    }

    private static bool IsJson(string text, bool isWhole)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), isFinalBlock: isWhole, default);
            var tokens = 0;
            while (reader.Read())
            {
                tokens++;
            }

            return tokens > 1;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? IsCsv(string head, bool isWhole)
    {
        var dialect = CsvSniffer.Find(head, isWhole);
        if (dialect.SkipsFirstRow)
        {
            return "begins with a sep= line";
        }

        var lines = head.AsSpan().Count('\n') + 1;
        var same = CsvSniffer.SameRows(head, isWhole, dialect.Delimiter);
        var spaced = SpacedDelimiters(head, dialect.Delimiter);
        return same >= 2 && same * 10 >= Math.Min(lines, 200) * 6 && spaced < 0.5 ? $"{same} rows with the same number of cells" : null;
    }

    private static double SpacedDelimiters(string head, char delimiter)
    {
        int all = 0, spaced = 0;
        for (var i = 0; i + 1 < head.Length; i++)
        {
            if (head[i] == delimiter)
            {
                all++;
                spaced += head[i + 1] == ' ' ? 1 : 0;
            }
        }

        return all == 0 ? 1 : (double)spaced / all;
    }

    [GeneratedRegex(@"<(?:\w+:)?(\w+)[\s>/]", RegexOptions.NonBacktracking)]
    private static partial Regex RootElement();

    [GeneratedRegex(@"^(From|To|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Reply-To|Cc|Delivered-To|Content-Type):[ \t]", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex MailField();

    [GeneratedRegex(@"\r?\n\r?\n", RegexOptions.NonBacktracking)]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"^\s*\\(documentclass|documentstyle|begin\{document\}|usepackage|section\*?\{|input\{|newcommand)", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex LatexCommand();

    [GeneratedRegex(@"<(!--|head|body|title|meta|link|style|script|div|p|table|h[1-6]|span|a|b|i|ul|ol|li|br|center|font|section|article|main|header|nav|img|pre|blockquote|form|base)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"^(#{1,6} \S|```|~~~|[-*+] \S|\d{1,3}\. \S|> \S|\|?[ :]*-{3,}[ :]*\|)|\]\([^)\s]+\)|\*\*\S", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex MarkdownSign();

    [GeneratedRegex(@"^(#{1,6} \S|```)|\[[^\]\n]+\]\([^)\s]+\)", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex MarkdownStrong();
}
