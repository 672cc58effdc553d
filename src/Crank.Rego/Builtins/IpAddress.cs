using System.Globalization;

namespace Crank.Rego.Builtins;

/// <summary>An IPv4 or IPv6 address as Go reads and writes it: no octal, no short forms, RFC 5952 on output.</summary>
internal readonly record struct IpAddress(UInt128 Bits, bool IsV4)
{
    /// <summary>Reads an address; null when the text is none. An IPv6 address that maps an IPv4 one counts as that.</summary>
    public static IpAddress? TryParse(ReadOnlySpan<char> text)
    {
        if (!text.Contains(':'))
        {
            return V4(text) is { } four ? new IpAddress(four, true) : null;
        }

        return V6(text) is not { } bits ? null : bits >> 32 == 0xFFFF ? new IpAddress(bits & uint.MaxValue, true) : new IpAddress(bits, false);
    }

    public override string ToString()
    {
        var bits = Bits;
        if (IsV4)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(bits >> 24) & 0xFF}.{(bits >> 16) & 0xFF}.{(bits >> 8) & 0xFF}.{bits & 0xFF}");
        }

        var groups = Enumerable.Range(0, 8).Select(i => (ushort)((bits >> (112 - (16 * i))) & 0xFFFF)).ToArray();

        // The first of the longest runs of at least two zero groups is written as "::".
        var (start, length) = (-1, 1);
        for (var i = 0; i < 8; i++)
        {
            var run = 0;
            while (i + run < 8 && groups[i + run] == 0)
            {
                run++;
            }

            if (run > length)
            {
                (start, length) = (i, run);
            }
        }

        var words = groups.Select(static group => group.ToString("x", CultureInfo.InvariantCulture)).ToArray();
        return start < 0 ? string.Join(':', words) : $"{string.Join(':', words[..start])}::{string.Join(':', words[(start + length)..])}";
    }

    private static uint? V4(ReadOnlySpan<char> text)
    {
        var value = 0u;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || part.IndexOfAnyExceptInRange('0', '9') >= 0
                || int.Parse(part, CultureInfo.InvariantCulture) is > 255)
            {
                return null;
            }

            value = (value << 8) | byte.Parse(part, CultureInfo.InvariantCulture);
        }

        return parts == 4 ? value : null;
    }

    private static UInt128? V6(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOf("::");
        if (gap < 0)
        {
            return Groups(text) is { Count: 8 } all ? Join(all) : null;
        }

        var head = Groups(text[..gap]);
        var tail = Groups(text[(gap + 2)..]);
        if (head is null || tail is null || head.Count + tail.Count > 7 || text[..gap].Contains('.'))
        {
            return null;
        }

        return Join([.. head, .. new ushort[8 - head.Count - tail.Count], .. tail]);
    }

    private static List<ushort>? Groups(ReadOnlySpan<char> text)
    {
        var groups = new List<ushort>();
        if (text.IsEmpty)
        {
            return groups;
        }

        foreach (var range in text.Split(':'))
        {
            var part = text[range];
            if (part.Contains('.'))
            {
                // An IPv4 address may end it.
                if (range.End.GetOffset(text.Length) != text.Length || V4(part) is not { } four)
                {
                    return null;
                }

                groups.Add((ushort)(four >> 16));
                groups.Add((ushort)(four & 0xFFFF));
                continue;
            }

            if (part.Length is 0 or > 4 || !ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group))
            {
                return null;
            }

            groups.Add(group);
        }

        return groups.Count > 8 ? null : groups;
    }

    private static UInt128 Join(List<ushort> groups)
    {
        var bits = UInt128.Zero;
        foreach (var group in groups)
        {
            bits = (bits << 16) | group;
        }

        return bits;
    }
}
