using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>
/// The strings of a policy set and the keys of its data, found by their UTF-8 bytes. An input that is read with the table shares
/// their references, so that looking up a known field compares references. Grows only by what operators load, never by an input.
/// </summary>
public sealed class NameTable
{
    private readonly Lock _growing = new();

    // Open addressing, never more than half full. Readers take no lock: a slot's hash is written last.
    private volatile Slot[] _slots = new Slot[256];
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
            _slots = (Slot[])basis._slots.Clone();
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
                var larger = new Slot[_slots.Length * 2];
                foreach (var slot in _slots)
                {
                    if (slot.Hash != 0)
                    {
                        Enter(larger, slot.Hash, slot.Utf8!, slot.Text!);
                    }
                }

                _slots = larger;
            }

            Enter(_slots, Hash(utf8), utf8, name);
            _count++;
            return name;
        }
    }

    /// <summary>The shared string of these UTF-8 bytes, or null.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        var slots = _slots;
        for (var at = hash & (slots.Length - 1); Volatile.Read(ref slots[at].Hash) is var found and not 0; at = (at + 1) & (slots.Length - 1))
        {
            if (found == hash && utf8.SequenceEqual(slots[at].Utf8))
            {
                return slots[at].Text;
            }
        }

        return null;
    }

    private static void Enter(Slot[] slots, int hash, byte[] utf8, string text)
    {
        var at = hash & (slots.Length - 1);
        while (slots[at].Hash != 0)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        slots[at].Utf8 = utf8;
        slots[at].Text = text;
        Volatile.Write(ref slots[at].Hash, hash);
    }

    // The table holds trusted names only, so a simple hash cannot be attacked; an input is merely looked up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        unchecked
        {
            var length = utf8.Length;
            ulong first, last;
            if (length >= 8)
            {
                first = BinaryPrimitives.ReadUInt64LittleEndian(utf8);
                last = BinaryPrimitives.ReadUInt64LittleEndian(utf8[(length - 8)..]);
            }
            else if (length >= 4)
            {
                first = BinaryPrimitives.ReadUInt32LittleEndian(utf8);
                last = BinaryPrimitives.ReadUInt32LittleEndian(utf8[(length - 4)..]);
            }
            else
            {
                first = length > 0 ? utf8[0] : 0u;
                last = length > 0 ? ((ulong)utf8[length / 2] << 8) | utf8[length - 1] : 0u;
            }

            var hash = ((first ^ (uint)length) * 0x9E3779B97F4A7C15UL) ^ (last * 0xC2B2AE3D27D4EB4FUL);
            return (int)(((hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL) >> 33) | 1 << 30;
        }
    }

    private struct Slot
    {
        public int Hash;
        public byte[]? Utf8;
        public string? Text;
    }
}
