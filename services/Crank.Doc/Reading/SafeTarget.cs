using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>Keeps targets that run script out of documents, and reports those that fetch.</summary>
internal static class SafeTarget
{
    private static readonly string[] Scripts = ["javascript", "vbscript", "livescript", "mocha"];

    /// <summary>True, with a finding and a loss, when following the link would run something.</summary>
    public static bool Refuses(string target, ReadingLog log)
    {
        var scheme = Scheme(target);
        if (!Scripts.Contains(scheme) && scheme != "data")
        {
            return false;
        }

        log.Lose(LossKind.UnsafeLink);
        log.Find(FindingKind.ActiveContent, $"link to a {scheme} address");
        return true;
    }

    /// <summary>What is kept of a picture's address: null when it would run script, nothing of one that holds the picture itself; one elsewhere is a finding.</summary>
    public static string? KeptImage(string source, ReadingLog log)
    {
        var scheme = Scheme(source);
        if (Scripts.Contains(scheme))
        {
            Refuses(source, log);
            return null;
        }

        if (scheme == "data")
        {
            log.Lose(LossKind.ImageDropped);
            return "";
        }

        ReportExternal(source, "picture", log);
        return source;
    }

    /// <summary>Reports what a viewer would fetch by itself.</summary>
    public static void ReportExternal(string address, string what, ReadingLog log)
    {
        if (Scheme(address) is { Length: > 1 } scheme && scheme is not ("data" or "cid" or "about"))
        {
            log.Find(FindingKind.ExternalReference, $"{what} at {scheme}:{Host(address)}");
            log.Lose(LossKind.ExternalReference);
        }
        else if (address.StartsWith("//", StringComparison.Ordinal) || address.StartsWith(@"\\", StringComparison.Ordinal))
        {
            log.Find(FindingKind.ExternalReference, $"{what} at {Host(address)}");
            log.Lose(LossKind.ExternalReference);
        }
    }

    /// <summary>The scheme in lower case, read as browsers do: white space and control characters inside do not count. Empty when there is none.</summary>
    public static string Scheme(string target)
    {
        Span<char> scheme = stackalloc char[32];
        var length = 0;
        foreach (var c in target)
        {
            if (c == ':')
            {
                return scheme[..length].ToString();
            }

            if (c <= ' ' || char.IsControl(c) || c is '\u00A0' or '\uFEFF' or '\u200B')
            {
                continue;
            }

            if (length == scheme.Length || !(char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
            {
                return "";
            }

            scheme[length++] = char.ToLowerInvariant(c);
        }

        return "";
    }

    private static string Host(string address)
    {
        var rest = address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1).TrimStart(@"/\");
        var end = rest.IndexOfAny(@"/\?#");
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
