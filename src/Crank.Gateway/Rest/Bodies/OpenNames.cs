using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Crank.Gateway.Rest.Bodies;

/// <summary>
/// The names in the objects that are open while a body is read, the outermost object's first. A name is where it stands in the body, or, when it has escapes, what it reads as.
/// Of an object with many names a set holds them, and the list here the first few and the last.
/// </summary>
internal sealed class OpenNames
{
    /// <summary>Names of one object that are compared one by one; more of them go into a set.</summary>
    private const int Few = 32;

    private readonly List<Name> _names = new(Few);

    /// <summary>One number a name, equal for equal names: all of an object's are compared at once, and only those that are equal byte by byte.</summary>
    private readonly List<ulong> _prints = new(Few);

    public int Count => _names.Count;

    /// <summary>Forgets the names from one on: their object has ended.</summary>
    public void Cut(int count)
    {
        CollectionsMarshal.SetCount(_names, count);
        CollectionsMarshal.SetCount(_prints, count);
    }

    /// <summary>Takes the next name of the innermost object.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="first">Where the names of this object begin.</param>
    /// <param name="seen">The set of an object with many names; null while it has few.</param>
    /// <param name="start">Where the name stands.</param>
    /// <param name="length">And how many bytes it has.</param>
    /// <param name="escaped">What it reads as when it has escapes; null when it has none.</param>
    /// <returns>False when it stood in the object before.</returns>
    public bool Add(ReadOnlySpan<byte> utf8, int first, ref HashSet<string>? seen, int start, int length, string? escaped)
    {
        var name = new Name(start, length, escaped);
        if (seen is null && Count - first == Few)
        {
            seen = new(StringComparer.Ordinal);
            foreach (var known in CollectionsMarshal.AsSpan(_names)[first..])
            {
                seen.Add(known.Read(utf8));
            }
        }

        if (seen is not null)
        {
            _names[^1] = name;
            return seen.Add(name.Read(utf8));
        }

        var print = escaped is null ? Print(utf8.Slice(start, length)) : Print(Encoding.UTF8.GetBytes(escaped));
        var isNew = !Stands(utf8, first, print, name);
        _names.Add(name);
        _prints.Add(print);
        return isNew;
    }

    /// <summary>A name as text.</summary>
    public string Read(ReadOnlySpan<byte> utf8, int index) => _names[index].Read(utf8);

    private bool Stands(ReadOnlySpan<byte> utf8, int first, ulong print, Name name)
    {
        var prints = CollectionsMarshal.AsSpan(_prints);
        for (var at = first; prints[at..].IndexOf(print) is >= 0 and var next; at++)
        {
            at += next;
            if (_names[at].Read(utf8) == name.Read(utf8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first and the last eight bytes and the length.</summary>
    private static ulong Print(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(name) ^ ulong.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]), 7) ^ (uint)name.Length;
        }

        var print = (ulong)name.Length;
        foreach (var b in name)
        {
            print = (print << 8) | b;
        }

        return print;
    }

    private readonly record struct Name(int Start, int Length, string? Escaped)
    {
        public string Read(ReadOnlySpan<byte> utf8) => Escaped ?? Encoding.UTF8.GetString(utf8.Slice(Start, Length));
    }
}
