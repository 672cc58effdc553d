using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Networks in CIDR notation (RFC 4632, RFC 4291).</summary>
internal static class NetBuiltins
{
    private const int MaxExpanded = 10_000_000;

    public static IEnumerable<Builtin> All =>
    [
        new("net.cidr_contains", 2, true, static (_, a) => Contains(Operand.Text(a, 0), Operand.Text(a, 1))),
        new("net.cidr_overlap", 2, true, static (_, a) => Contains(Operand.Text(a, 0), Operand.Text(a, 1))),
        new("net.cidr_intersects", 2, true, static (_, a) =>
        {
            var (left, right) = (IpNetwork.Parse(Operand.Text(a, 0)), IpNetwork.Parse(Operand.Text(a, 1)));
            return left.Contains(right.First) || right.Contains(left.First);
        }),
        new("net.cidr_contains_matches", 2, true, ContainsMatches),
        new("net.cidr_expand", 1, true, Expand),
        new("net.cidr_is_valid", 1, true, static (_, a) => a[0].TryGetString(out var text) && IpNetwork.TryParse(text) is not null),
        new("net.cidr_merge", 1, true, Merge),
    ];

    private static bool Contains(string network, string addressOrNetwork)
    {
        var outer = IpNetwork.Parse(network);
        if (IpAddress.TryParse(addressOrNetwork) is { } address)
        {
            return outer.Contains(address);
        }

        var inner = IpNetwork.TryParse(addressOrNetwork)
            ?? throw new BuiltinException($"not a valid textual representation of an IP address or CIDR: {addressOrNetwork}");
        return outer.Contains(inner.First) && outer.Contains(inner.Last);
    }

    private static Value ContainsMatches(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var outer = Candidates(arguments, 0);
        var inner = Candidates(arguments, 1);
        var result = new SetBuilder();
        foreach (var (network, index) in outer)
        {
            foreach (var (address, otherIndex) in inner)
            {
                context.Charge(1);
                if (Contains(network, address))
                {
                    result.Add(ArrayValue.Of(index, otherIndex));
                }
            }
        }

        return result.ToSet();
    }

    // Each network with what identifies it in the result: its index, its key, or itself.
    private static List<(string Text, Value Index)> Candidates(ReadOnlySpan<Value> arguments, int position)
    {
        var argument = arguments[position];
        var found = new List<(string, Value)>();
        switch (argument.Kind)
        {
            case ValueKind.String:
                found.Add((argument.AsString(), argument));
                break;
            case ValueKind.Array:
                for (var i = 0; i < argument.AsArray().Count; i++)
                {
                    found.Add((Network(argument.AsArray()[i], position), i));
                }

                break;
            case ValueKind.Set:
                foreach (var item in argument.AsSet())
                {
                    found.Add((Network(item, position), item));
                }

                break;
            case ValueKind.Object:
                foreach (var (key, item) in argument.AsObject())
                {
                    found.Add((Network(item, position), key));
                }

                break;
        }

        return found;
    }

    private static string Network(in Value value, int position)
    {
        var text = value.Kind == ValueKind.Array && value.AsArray().Count > 0 ? value.AsArray()[0] : value;
        if (text.TryGetString(out var network))
        {
            return network;
        }

        throw value.Kind == ValueKind.Array && value.AsArray().Count > 0
            ? Operand.WrongType(0, text, "string")
            : new BuiltinException($"operand {position + 1}: element must be string or non-empty array");
    }

    private static Value Expand(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var network = IpNetwork.Parse(Operand.Text(arguments, 0));
        var count = network.Last.Bits - network.First.Bits;
        if (count >= MaxExpanded)
        {
            throw new LimitException($"a network of more than {MaxExpanded} addresses cannot be expanded");
        }

        context.Charge(2 * ((long)count + 1));
        var result = new SetBuilder((int)count + 1);
        for (var i = UInt128.Zero; i <= count; i++)
        {
            result.Add(new IpAddress(network.First.Bits + i, network.First.IsV4).ToString());
        }

        return result.ToSet();
    }

    // Adjacent and contained networks become the fewest that cover the same addresses. A bare address counts as the network of its class.
    private static Value Merge(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var elements = Operand.Elements(arguments[0]) ?? throw new BuiltinException("operand must be an array");
        var networks = new List<IpNetwork>(elements.Count);
        foreach (var element in elements)
        {
            networks.Add(ClassOf(element.TryGetString(out var text) ? text : throw new BuiltinException("element must be string")));
        }

        context.Charge(networks.Count);
        var result = new SetBuilder();
        foreach (var family in networks.GroupBy(static network => network.First.IsV4))
        {
            var ranges = new List<(UInt128 First, UInt128 Last)>();
            foreach (var network in family.OrderBy(static network => network.First.Bits))
            {
                if (ranges.Count > 0 && (network.First.Bits <= ranges[^1].Last || network.First.Bits - 1 == ranges[^1].Last))
                {
                    ranges[^1] = (ranges[^1].First, UInt128.Max(ranges[^1].Last, network.Last.Bits));
                }
                else
                {
                    ranges.Add((network.First.Bits, network.Last.Bits));
                }
            }

            foreach (var (first, last) in ranges)
            {
                foreach (var network in IpNetwork.Cover(first, last, family.Key))
                {
                    result.Add(network.ToString());
                }
            }
        }

        return result.ToSet();
    }

    private static IpNetwork ClassOf(string text)
    {
        if (IpAddress.TryParse(text) is not { } address)
        {
            return IpNetwork.Parse(text);
        }

        if (!address.IsV4)
        {
            throw new BuiltinException("IPv6 invalid: needs prefix length");
        }

        var top = (uint)(address.Bits >> 24);
        return new IpNetwork(address, top < 0x80 ? 8 : top < 0xC0 ? 16 : 24);
    }
}
