using System.IO.Compression;
using System.Text;

namespace Crank.Rego.Bundles;

/// <summary>
/// Writes a tar archive (POSIX.1-1988 ustar; GNU long names where a path does not fit) in one gzip member. It tells nothing of the machine that it was made on: no times, no
/// owners, no system; so the same files give the same bytes.
/// </summary>
internal static class ArchiveWriter
{
    private const int BlockSize = 512;
    private const int NameLength = 100;
    private const int PrefixLength = 155;
    private const byte UnknownSystem = 255;

    public static byte[] Write(IEnumerable<(string Path, byte[] Bytes)> files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                Member(gzip, path, bytes);
            }

            gzip.Write(new byte[2 * BlockSize]);
        }

        // RFC 1952, section 2.3.1: octet 9 of the header names the file system.
        var archive = packed.ToArray();
        archive[9] = UnknownSystem;
        return archive;
    }

    private static void Member(Stream to, string path, byte[] bytes)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var prefix = Split(name);
        if (prefix is null)
        {
            byte[] whole = [.. name, 0];
            to.Write(Header("././@LongLink"u8, default, whole.Length, 'L'));
            Content(to, whole);
            (name, prefix) = (name[..NameLength], 0);
        }

        to.Write(Header(prefix == 0 ? name : name.AsSpan(prefix.Value + 1), name.AsSpan(0, prefix.Value), bytes.Length, '0'));
        Content(to, bytes);
    }

    // Where the slash stands that the prefix ends before; 0 for no prefix, null when the path fits no header.
    private static int? Split(byte[] name)
    {
        if (name.Length <= NameLength)
        {
            return 0;
        }

        for (var at = Math.Min(PrefixLength, name.Length - 2); at > 0; at--)
        {
            if (name[at] == '/')
            {
                return name.Length - at - 1 <= NameLength ? at : null;
            }
        }

        return null;
    }

    private static byte[] Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, int size, char kind)
    {
        var header = new byte[BlockSize];
        name.CopyTo(header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Octal(size, 11).CopyTo(header.AsSpan(124));
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)kind;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        prefix.CopyTo(header.AsSpan(345));
        var sum = 0;
        foreach (var octet in header)
        {
            sum += octet;
        }

        Octal(sum, 6).CopyTo(header.AsSpan(148));
        return header;
    }

    private static byte[] Octal(int number, int digits) =>
        [.. Encoding.ASCII.GetBytes(Convert.ToString(number, 8).PadLeft(digits, '0')), 0];

    private static void Content(Stream to, byte[] bytes)
    {
        to.Write(bytes);
        to.Write(new byte[(BlockSize - (bytes.Length % BlockSize)) % BlockSize]);
    }
}
