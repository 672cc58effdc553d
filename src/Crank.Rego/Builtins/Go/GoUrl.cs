using System.Text;

namespace Crank.Rego.Builtins.Go;

/// <summary>A URL as Go's <c>net/url</c> takes it apart, with its refusals in its words; and its query encoding.</summary>
internal sealed class GoUrl
{
    /// <summary>What is being escaped or read: each allows other characters.</summary>
    private enum Part
    {
        Path,
        Host,
        Zone,
        UserInfo,
        Query,
        Fragment,
    }

    public string Scheme { get; private set; } = "";

    public string Opaque { get; private set; } = "";

    /// <summary>Host with port, decoded.</summary>
    public string Host { get; private set; } = "";

    public string Path { get; private set; } = "";

    /// <summary>The path as written, where encoding <see cref="Path"/> anew would give something else; otherwise empty.</summary>
    public string RawPath { get; private set; } = "";

    /// <summary>The path encoded anew, as little as possible.</summary>
    public string EscapedPath => Escape(Path, Part.Path);

    public string RawQuery { get; private set; } = "";

    public string Fragment { get; private set; } = "";

    /// <summary>The host without port and brackets.</summary>
    public string HostName
    {
        get
        {
            var colon = Host.LastIndexOf(':');
            var host = colon >= 0 && IsPort(Host.AsSpan(colon)) ? Host[..colon] : Host;
            return host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        }
    }

    /// <summary>The port without its colon; empty when there is none.</summary>
    public string Port
    {
        get
        {
            var colon = Host.LastIndexOf(':');
            return colon >= 0 && Host.IndexOf(']', colon) < 0 && IsPort(Host.AsSpan(colon)) ? Host[(colon + 1)..] : "";
        }
    }

    /// <summary>Takes a URL apart.</summary>
    /// <exception cref="FormatException">It is none; the message is Go's.</exception>
    public static GoUrl Parse(string text)
    {
        try
        {
            var hash = text.IndexOf('#');
            var url = new GoUrl();
            url.Read(hash < 0 ? text : text[..hash]);
            if (hash >= 0)
            {
                url.Fragment = Unescape(text[(hash + 1)..], Part.Fragment);
            }

            return url;
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"parse {GoQuote.Quote(text)}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Text as a value of a query: a space is a plus sign.</summary>
    public static string EscapeQuery(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var b in Bytes.FromText(text))
        {
            if (b == ' ')
            {
                result.Append('+');
            }
            else if (ShouldEscape((char)b, Part.Query) || b >= 0x80)
            {
                result.Append('%').Append(Convert.ToHexString([b]));
            }
            else
            {
                result.Append((char)b);
            }
        }

        return result.ToString();
    }

    /// <summary>The text that a value of a query stands for.</summary>
    /// <exception cref="FormatException">A percent sign is not followed by two hexadecimal digits.</exception>
    public static string UnescapeQuery(string text) => Unescape(text, Part.Query);

    /// <summary>The members of a query in their order.</summary>
    /// <exception cref="FormatException">A name or value is malformed, or a semicolon separates them.</exception>
    public static IEnumerable<(string Name, string Value)> ParseQuery(string query)
    {
        foreach (var part in query.Split('&'))
        {
            if (part.Contains(';'))
            {
                throw new FormatException("invalid semicolon separator in query");
            }

            if (part.Length > 0)
            {
                var equals = part.IndexOf('=');
                yield return equals < 0 ? (UnescapeQuery(part), "") : (UnescapeQuery(part[..equals]), UnescapeQuery(part[(equals + 1)..]));
            }
        }
    }

    private void Read(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.Contains('\x7F'))
        {
            throw new FormatException("net/url: invalid control character in URL");
        }

        if (text == "*")
        {
            Path = "*";
            return;
        }

        var rest = ReadScheme(text);
        if (rest.EndsWith('?') && rest.Count(c => c == '?') == 1)
        {
            rest = rest[..^1];
        }
        else if (rest.IndexOf('?') is >= 0 and var mark)
        {
            (rest, RawQuery) = (rest[..mark], rest[(mark + 1)..]);
        }

        if (!rest.StartsWith('/'))
        {
            if (Scheme.Length > 0)
            {
                Opaque = rest;
                return;
            }

            var segmentEnd = rest.IndexOf('/');
            if ((segmentEnd < 0 ? rest : rest[..segmentEnd]).Contains(':'))
            {
                throw new FormatException("first path segment in URL cannot contain colon");
            }
        }

        if ((Scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)) && rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
            ReadAuthority(authority);
        }

        Path = Unescape(rest, Part.Path);
        RawPath = Escape(Path, Part.Path) == rest ? "" : rest;
    }

    private string ReadScheme(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetter(c))
            {
                continue;
            }

            if (char.IsAsciiDigit(c) || c is '+' or '-' or '.')
            {
                if (i == 0)
                {
                    return text;
                }

                continue;
            }

            if (c == ':')
            {
                if (i == 0)
                {
                    throw new FormatException("missing protocol scheme");
                }

                Scheme = text[..i].ToLowerInvariant();
                return text[(i + 1)..];
            }

            return text;
        }

        return text;
    }

    private void ReadAuthority(string authority)
    {
        var at = authority.LastIndexOf('@');
        Host = ReadHost(at < 0 ? authority : authority[(at + 1)..]);
        if (at < 0)
        {
            return;
        }

        var user = authority[..at];
        if (!user.All(c => char.IsAsciiLetterOrDigit(c) || "-._:~!$&'()*+,;=%@".Contains(c)))
        {
            throw new FormatException("net/url: invalid userinfo");
        }

        foreach (var part in user.Split(':', 2))
        {
            Unescape(part, Part.UserInfo);
        }
    }

    private static string ReadHost(string host)
    {
        if (host.StartsWith('['))
        {
            var close = host.LastIndexOf(']');
            if (close < 0)
            {
                throw new FormatException("missing ']' in host");
            }

            CheckPort(host[(close + 1)..]);

            // A zone, introduced by %25, may hold what a host may not.
            var zone = host[..close].IndexOf("%25", StringComparison.Ordinal);
            if (zone >= 0)
            {
                return Unescape(host[..zone], Part.Host) + Unescape(host[zone..close], Part.Zone) + Unescape(host[close..], Part.Host);
            }
        }
        else if (host.LastIndexOf(':') is >= 0 and var colon)
        {
            CheckPort(host[colon..]);
        }

        return Unescape(host, Part.Host);
    }

    private static void CheckPort(string colonPort)
    {
        if (colonPort.Length > 0 && !IsPort(colonPort))
        {
            throw new FormatException($"invalid port {GoQuote.Quote(colonPort)} after host");
        }
    }

    private static bool IsPort(ReadOnlySpan<char> colonPort) => colonPort.IsEmpty || (colonPort[0] == ':' && colonPort[1..].IndexOfAnyExceptInRange('0', '9') < 0);

    private static string Unescape(string text, Part part)
    {
        var escapes = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                escapes = true;
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    throw new FormatException($"invalid URL escape {GoQuote.Quote(text.Substring(i, Math.Min(3, text.Length - i)))}");
                }

                var value = Convert.ToInt32(text.Substring(i + 1, 2), 16);
                if (part == Part.Host && value < 0x80 && value != '%')
                {
                    throw new FormatException($"invalid URL escape {GoQuote.Quote(text.Substring(i, 3))}");
                }

                if (part == Part.Zone && value != '%' && value != ' ' && ShouldEscape((char)value, Part.Host))
                {
                    throw new FormatException($"invalid URL escape {GoQuote.Quote(text.Substring(i, 3))}");
                }

                i += 2;
            }
            else if (part is Part.Host or Part.Zone && c < 0x80 && ShouldEscape(c, part))
            {
                throw new FormatException($"invalid character {GoQuote.Quote(c.ToString())} in host name");
            }
        }

        if (!escapes && (part != Part.Query || !text.Contains('+')))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        var source = Bytes.FromText(text);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '%')
            {
                bytes.Add(Convert.FromHexString(Encoding.ASCII.GetString(source, i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.Add(source[i] == '+' && part == Part.Query ? (byte)' ' : source[i]);
            }
        }

        return Bytes.ToText([.. bytes]);
    }

    private static string Escape(string text, Part part)
    {
        var result = new StringBuilder(text.Length);
        foreach (var b in Bytes.FromText(text))
        {
            if (b >= 0x80 || ShouldEscape((char)b, part))
            {
                result.Append('%').Append(Convert.ToHexString([b]));
            }
            else
            {
                result.Append((char)b);
            }
        }

        return result.ToString();
    }

    private static bool ShouldEscape(char c, Part part)
    {
        if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
        {
            return false;
        }

        if (part is Part.Host or Part.Zone && "!$&'()*+,;=:[]<>\"".Contains(c))
        {
            return false;
        }

        return c switch
        {
            '$' or '&' or '+' or ',' or '/' or ':' or ';' or '=' or '?' or '@' => part switch
            {
                Part.Path => c == '?',
                Part.UserInfo => c is '@' or '/' or '?' or ':',
                Part.Fragment => false,
                _ => true,
            },
            '!' or '(' or ')' or '*' => part != Part.Fragment,
            _ => true,
        };
    }
}
