using System.Buffers.Binary;
using System.Text;

namespace Crank.Doc.Detect;

/// <summary>Tells packages apart by the names of their first members; unpacks nothing.</summary>
internal static class ZipMembers
{
    private const int MaxMembers = 4_000;
    private const int EndRecord = 22;
    private const int MaxComment = 65_535;

    public static (string Key, string Reason) Find(ReadOnlySpan<byte> b)
    {
        if (MediaType(b) is { } declared)
        {
            return declared;
        }

        foreach (var name in Names(b))
        {
            var key = name switch
            {
                _ when name.StartsWith("word/", StringComparison.OrdinalIgnoreCase) => "docx",
                _ when name.StartsWith("xl/", StringComparison.OrdinalIgnoreCase) => "xlsx",
                _ when name.StartsWith("ppt/", StringComparison.OrdinalIgnoreCase) => "pptx",
                "META-INF/MANIFEST.MF" => "jar",
                "META-INF/container.xml" => "epub",
                "content.xml" => "odt",
                _ => null,
            };
            if (key is not null)
            {
                return (key, "ZIP package with the members of the type");
            }
        }

        return ("zip", "ZIP archive without the members of a document");
    }

    /// <summary>OpenDocument and EPUB put a member <c>mimetype</c> first, unpacked.</summary>
    private static (string Key, string Reason)? MediaType(ReadOnlySpan<byte> b)
    {
        if (b.Length < 38 || BinaryPrimitives.ReadUInt16LittleEndian(b[26..]) != 8 || !b[30..].StartsWith("mimetype"u8) || BinaryPrimitives.ReadUInt16LittleEndian(b[8..]) != 0)
        {
            return null;
        }

        var start = 38 + BinaryPrimitives.ReadUInt16LittleEndian(b[28..]);
        var said = start >= b.Length ? "" : Encoding.ASCII.GetString(b[start..Math.Min(b.Length, start + 100)]);
        foreach (var key in new[] { "odt", "ods", "odp", "epub" })
        {
            if (said.StartsWith(FileTypes.Of(key).MediaType, StringComparison.Ordinal))
            {
                return (key, $"ZIP package that declares {FileTypes.Of(key).MediaType}");
            }
        }

        return null;
    }

    private static List<string> Names(ReadOnlySpan<byte> b)
    {
        var names = new List<string>();
        var tail = Math.Max(0, b.Length - EndRecord - MaxComment);
        var end = b[tail..].LastIndexOf("PK\u0005\u0006"u8);
        long at = end >= 0 && tail + end + EndRecord <= b.Length ? BinaryPrimitives.ReadUInt32LittleEndian(b[(tail + end + 16)..]) : -1;
        if (at < 0 || at + 4 > b.Length || !b[(int)at..].StartsWith("PK\u0001\u0002"u8))
        {
            at = b.IndexOf("PK\u0001\u0002"u8);
        }

        while (at >= 0 && at + 46 <= b.Length && names.Count < MaxMembers && b[(int)at..].StartsWith("PK\u0001\u0002"u8))
        {
            var header = b[(int)at..];
            var length = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            Add(names, header[46..], length);
            at += 46 + length + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        }

        return names.Count > 0 ? names : LocalNames(b, names);
    }

    private static List<string> LocalNames(ReadOnlySpan<byte> b, List<string> names)
    {
        var at = 0;
        while (names.Count < MaxMembers && at + 30 <= b.Length)
        {
            var next = b[at..].IndexOf("PK\u0003\u0004"u8);
            if (next < 0 || at + next + 30 > b.Length)
            {
                break;
            }

            at += next;
            Add(names, b[(at + 30)..], BinaryPrimitives.ReadUInt16LittleEndian(b[(at + 26)..]));
            at += 30;
        }

        return names;
    }

    private static void Add(List<string> names, ReadOnlySpan<byte> from, int length)
    {
        if (length <= from.Length)
        {
            names.Add(Encoding.UTF8.GetString(from[..Math.Min(length, 260)]).Replace('\\', '/').TrimStart('/'));
        }
    }
}
