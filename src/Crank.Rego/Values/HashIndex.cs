using System.Numerics;

namespace Crank.Rego.Values;

/// <summary>Finds a key among many: open addressing over positions in an array of keys. Few keys are scanned instead.</summary>
internal static class HashIndex
{
    /// <summary>Up to this many keys a scan is faster than a hash.</summary>
    public const int Scanned = 12;

    /// <summary>The position of <paramref name="key"/>, or -1.</summary>
    public static int Find(Value[] keys, int count, int[]? index, in Value key)
    {
        if (index is not null)
        {
            var mask = index.Length - 1;
            for (var slot = Order.Hash(key) & mask; index[slot] is var entry and not 0; slot = (slot + 1) & mask)
            {
                if (keys[entry - 1].Equals(key))
                {
                    return entry - 1;
                }
            }

            return -1;
        }

        if (key.Reference is string text)
        {
            for (var i = 0; i < count; i++)
            {
                if (ReferenceEquals(keys[i].Reference, text))
                {
                    return i;
                }
            }

            for (var i = 0; i < count; i++)
            {
                if (keys[i].Reference is string other && other.Length == text.Length && string.Equals(text, other))
                {
                    return i;
                }
            }

            return -1;
        }

        for (var i = 0; i < count; i++)
        {
            if (keys[i].Equals(key))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>An index over the first <paramref name="count"/> keys with room for as many again.</summary>
    public static int[] Build(Value[] keys, int count)
    {
        var index = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(32, count * 3))];
        for (var i = 0; i < count; i++)
        {
            Insert(index, keys[i], i);
        }

        return index;
    }

    /// <summary>Enters a key known to be new; the caller grows the index before it is two thirds full.</summary>
    public static void Insert(int[] index, in Value key, int position)
    {
        var mask = index.Length - 1;
        var slot = Order.Hash(key) & mask;
        while (index[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        index[slot] = position + 1;
    }

    /// <summary>The positions of the keys in Rego's order, or null when they are in order as they stand.</summary>
    public static int[]? Sort(Value[] keys, int count)
    {
        var sorted = true;
        for (var i = 1; i < count && sorted; i++)
        {
            sorted = Order.Compare(keys[i - 1], keys[i]) < 0;
        }

        if (sorted)
        {
            return null;
        }

        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        if (count > Scanned)
        {
            Array.Sort(order, (a, b) => Order.Compare(keys[a], keys[b]));
            return order;
        }

        for (var i = 1; i < count; i++)
        {
            var at = i;
            for (; at > 0 && Order.Compare(keys[order[at - 1]], keys[i]) > 0; at--)
            {
                order[at] = order[at - 1];
            }

            order[at] = i;
        }

        return order;
    }
}
