using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>
/// The strings of a policy set and the keys of its data, found by their UTF-8 bytes. An input that is read with the table shares
/// their references, so that looking up a known field compares references. Grows only by what operators load, never by an input.
/// </summary>
public sealed class NameTable
{
    private readonly Lock _growing = new();
    private volatile Entry?[] _slots = new Entry?[256];
    private int _count;

    /// <summary>A table without names.</summary>
    public NameTable()
    {
    }

    /// <summary>A table that begins with the names of another, and grows without it.</summary>
    public NameTable(NameTable basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        lock (basis._growing)
        {
            _slots = (Entry?[])basis._slots.Clone();
            _count = basis._count;
        }
    }

    /// <summary>How many names there are.</summary>
    public int Count => _count;

    /// <summary>The shared string equal to <paramref name="name"/>, which is entered when it is new.</summary>
    public string Add(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var utf8 = System.Text.Encoding.UTF8.GetBytes(name);
        lock (_growing)
        {
            if (Find(utf8) is { } known)
            {
                return known;
            }

            if (_count * 2 >= _slots.Length)
            {
                var larger = new Entry?[_slots.Length * 2];
                foreach (var old in _slots)
                {
                    for (var entry = old; entry is not null; entry = entry.Next)
                    {
                        ref var target = ref larger[entry.Hash & (larger.Length - 1)];
                        target = new(entry.Utf8, entry.Text, entry.Hash, target);
                    }
                }

                _slots = larger;
            }

            var hash = Hash(utf8);
            ref var slot = ref _slots[hash & (_slots.Length - 1)];
            Volatile.Write(ref slot, new(utf8, name, hash, slot));
            _count++;
            return name;
        }
    }

    /// <summary>The shared string of these UTF-8 bytes, or null.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        var slots = _slots;
        for (var entry = Volatile.Read(ref slots[hash & (slots.Length - 1)]); entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && utf8.SequenceEqual(entry.Utf8))
            {
                return entry.Text;
            }
        }

        return null;
    }

    // The table holds trusted names only, so a simple hash cannot be attacked; an input is merely looked up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        unchecked
        {
            var hash = (uint)utf8.Length * 0x9E3779B1u;
            foreach (var b in utf8)
            {
                hash = (hash ^ b) * 0x01000193u;
            }

            return (int)((hash ^ (hash >> 15)) & int.MaxValue);
        }
    }

    private sealed class Entry(byte[] utf8, string text, int hash, Entry? next)
    {
        public byte[] Utf8 { get; } = utf8;

        public string Text { get; } = text;

        public int Hash { get; } = hash;

        public Entry? Next { get; } = next;
    }
}
