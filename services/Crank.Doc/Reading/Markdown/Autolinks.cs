using System.Buffers;
using System.Globalization;
using System.Text;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Addresses that are links without any mark (GFM 0.29, section 6.9).</summary>
internal static class Autolinks
{
    private static readonly SearchValues<char> SpaceOrAngle = SearchValues.Create(" \t\n\r\f\v<");
    private static readonly string[] Schemes = ["http://", "https://", "ftp://"];

    /// <summary>The link that begins at <paramref name="at"/>: its target and how many characters show it; null when none begins there.</summary>
    public static (string Target, int Length)? At(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("www.", StringComparison.Ordinal))
        {
            if (at > 0 && !MarkdownText.IsSpace(text[at - 1]) && text[at - 1] is not ('*' or '_' or '~' or '('))
            {
                return null;
            }

            var domain = Domain(rest, dotNeeded: true);
            var length = domain == 0 ? 0 : Trim(rest, domain + UntilSpace(rest[domain..]));
            return length == 0 ? null : (string.Concat("http://", rest[..length]), length);
        }

        if (at > 0 && char.IsAsciiLetter(text[at - 1]))
        {
            return null;
        }

        foreach (var scheme in Schemes)
        {
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                var host = rest[scheme.Length..];
                if (host.IsEmpty || !IsHostStart(host))
                {
                    return null;
                }

                var domain = Domain(host, dotNeeded: false);
                var length = domain == 0 ? 0 : Trim(rest, scheme.Length + domain + UntilSpace(host[domain..]));
                return length <= scheme.Length ? null : (rest[..length].ToString(), length);
            }
        }

        return null;
    }

    /// <summary>The mail address around the <c>@</c> at <paramref name="sign"/>: start, end and target; null when there is none.</summary>
    public static (int Start, int End, string Target)? MailAround(ReadOnlySpan<char> text, int from, int sign)
    {
        var start = sign;
        while (start > from && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '+' or '-' or '_'))
        {
            start--;
        }

        if (start == sign)
        {
            return null;
        }

        var scheme = "";
        if (text[from..start].EndsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            scheme = "mailto:";
        }
        else if (text[from..start].EndsWith("xmpp:", StringComparison.OrdinalIgnoreCase))
        {
            scheme = "xmpp:";
        }

        var end = sign + 1;
        var dots = 0;
        var slash = false;
        for (; end < text.Length; end++)
        {
            var c = text[end];
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            {
                continue;
            }

            if (c == '.' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]))
            {
                dots++;
            }
            else if (c == '/' && scheme == "xmpp:" && !slash)
            {
                slash = true;
            }
            else
            {
                break;
            }
        }

        if (dots == 0 || end - sign < 2 || !char.IsAsciiLetterOrDigit(text[end - 1]) || (end < text.Length && text[end] == '@'))
        {
            return null;
        }

        start -= scheme.Length;
        return (start, end, string.Concat(scheme.Length == 0 ? "mailto:" : "", text[start..end]));
    }

    /// <summary>A mail address as CommonMark 0.31, section 6.5 takes it from HTML5.</summary>
    public static bool IsMailAddress(ReadOnlySpan<char> text)
    {
        var sign = text.IndexOf('@');
        if (sign < 1)
        {
            return false;
        }

        foreach (var c in text[..sign])
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+/=?^_`{|}~-".Contains(c))
            {
                return false;
            }
        }

        foreach (var part in text[(sign + 1)..].Split('.'))
        {
            var label = text[(sign + 1)..][part];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsHostStart(ReadOnlySpan<char> host) =>
        Rune.DecodeFromUtf16(host, out var rune, out _) == OperationStatus.Done && (Rune.IsLetterOrDigit(rune) || !rune.IsAscii);

    private static int Domain(ReadOnlySpan<char> text, bool dotNeeded)
    {
        var dots = 0;
        var underscoresBefore = 0;
        var underscores = 0;
        var i = 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '_')
            {
                underscores++;
            }
            else if (c == '.')
            {
                underscoresBefore = underscores;
                underscores = 0;
                dots++;
            }
            else if (c != '-' && !char.IsAsciiLetterOrDigit(c) && (char.IsAscii(c) || char.IsWhiteSpace(c) || (char.IsPunctuation(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.OtherSymbol)))
            {
                break;
            }
        }

        if (underscores > 0 || underscoresBefore > 0)
        {
            return 0;
        }

        return dotNeeded && dots == 0 ? 0 : i;
    }

    private static int UntilSpace(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(SpaceOrAngle);
        return end < 0 ? text.Length : end;
    }

    /// <summary>Leaves out what ends the sentence rather than the address.</summary>
    private static int Trim(ReadOnlySpan<char> text, int length)
    {
        var open = text[..length].Count('(');
        var close = text[..length].Count(')');
        while (length > 0)
        {
            var last = text[length - 1];
            if ("?!.,:*_~'\"".Contains(last))
            {
                length--;
            }
            else if (last == ')' && close > open)
            {
                close--;
                length--;
            }
            else if (last == ';')
            {
                var start = length - 2;
                while (start > 0 && char.IsAsciiLetterOrDigit(text[start]))
                {
                    start--;
                }

                length = start < length - 2 && text[start] == '&' ? start : length - 1;
            }
            else
            {
                break;
            }
        }

        return length;
    }
}
