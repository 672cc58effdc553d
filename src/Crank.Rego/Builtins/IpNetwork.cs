using System.Globalization;

namespace Crank.Rego.Builtins;

/// <summary>A network in CIDR notation; the address is cut down to its first one.</summary>
internal readonly record struct IpNetwork
{
    public IpNetwork(IpAddress address, int prefix)
    {
        var width = address.IsV4 ? 32 : 128;
        Prefix = prefix;
        var hosts = prefix == width ? UInt128.Zero : (UInt128.One << (width - prefix)) - 1;
        hosts = prefix == 0 && width == 128 ? UInt128.MaxValue : hosts;
        First = address with { Bits = address.Bits & ~hosts };
        Last = address with { Bits = First.Bits | hosts };
    }

    public int Prefix { get; }

    public IpAddress First { get; }

    public IpAddress Last { get; }

    public bool Contains(IpAddress address) => address.IsV4 == First.IsV4 && address.Bits >= First.Bits && address.Bits <= Last.Bits;

    /// <summary>Reads <c>address/prefix</c>.</summary>
    /// <exception cref="BuiltinException">It is none.</exception>
    public static IpNetwork Parse(string text) => TryParse(text) ?? throw new BuiltinException($"invalid CIDR address: {text}");

    /// <summary>Reads <c>address/prefix</c>; null when it is none.</summary>
    public static IpNetwork? TryParse(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || IpAddress.TryParse(text.AsSpan(0, slash)) is not { } address)
        {
            return null;
        }

        var digits = text.AsSpan(slash + 1);
        var width = text.AsSpan(0, slash).Contains(':') ? 128 : 32;
        if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0') || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) || prefix > width)
        {
            return null;
        }

        return address.IsV4 && width == 128 ? new(new IpAddress(((UInt128)0xFFFF << 32) | address.Bits, false), prefix) : new(address, prefix);
    }

    /// <summary>The fewest networks that cover a range exactly, in order.</summary>
    public static IEnumerable<IpNetwork> Cover(UInt128 first, UInt128 last, bool isV4)
    {
        var width = isV4 ? 32 : 128;
        for (var at = first; ;)
        {
            var size = at == 0 ? width : Math.Min(width, (int)UInt128.TrailingZeroCount(at));
            while (size > 0 && (size == 128 ? UInt128.MaxValue : at + ((UInt128.One << size) - 1)) > last)
            {
                size--;
            }

            yield return new(new IpAddress(at, isV4), width - size);
            if (size == 128)
            {
                yield break;
            }

            var end = at + ((UInt128.One << size) - 1);
            if (end >= last)
            {
                yield break;
            }

            at = end + 1;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}/{Prefix}");
}
