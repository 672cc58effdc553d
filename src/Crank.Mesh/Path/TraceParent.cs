namespace Crank.Mesh.Path;

/// <summary>The <c>traceparent</c> of W3C Trace Context Level 1, section 3.2: <c>00-TRACE-PARENT-FLAGS</c> in lower-case hex.</summary>
public static class TraceParent
{
    private const int Length = 55;

    /// <summary>A well-formed value in the form of version 00; null for every other text, as section 4.3 says: whoever cannot read it starts anew.</summary>
    /// <remarks>A value of a later version counts by its first four fields. A job is never refused for it: it may have been mangled on its way.</remarks>
    public static string? Read(string? text)
    {
        if (text is not { Length: >= Length and <= 512 } || text[2] != '-' || text[35] != '-' || text[52] != '-')
        {
            return null;
        }

        var (version, trace, parent, flags) = (text[..2], text[3..35], text[36..52], text[53..55]);
        var known = version == "00" ? text.Length == Length : text.Length == Length || text[Length] == '-';
        return known && version != "ff" && IsHex(version) && IsHex(trace) && IsHex(parent) && IsHex(flags) && trace.Any(c => c != '0') && parent.Any(c => c != '0')
            ? $"00-{trace}-{parent}-{Known(flags)}"
            : null;
    }

    /// <summary>Flags that no version gives a meaning to are not passed on; those of Level 2 (sampled, random) are.</summary>
    private static string Known(string flags) => "0" + (char)('0' + (Convert.ToByte(flags, 16) & 3));

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigitLower);
}
