using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Crank.Rego.Bundles;

/// <summary>
/// A tar archive in one gzip member (RFC 1952; POSIX.1-2017 pax interchange format, and GNU long names). Files and folders alone are read: links, devices and sparse files
/// are refused. Every size is checked before memory is taken for it.
/// </summary>
internal sealed class TarArchive
{
    private const int Smallest = 18;
    private const int BlockSize = 512;
    private const int MaxExtension = 64 << 10;
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly BundleFiles _files;
    private readonly byte[] _header = new byte[BlockSize];

    private TarArchive(Stream stream, BundleFiles files)
    {
        _stream = stream;
        _files = files;
    }

    public static void Read(Stream archive, BundleFiles files)
    {
        var packed = Packed(archive, files.Limits.PackedBytes);
        if (packed.Length < Smallest || !packed.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            throw new BundleException("The bundle is no gzipped tar archive.");
        }

        using var stream = new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
        try
        {
            new TarArchive(stream, files).Members();

            // The decompressor checks the sum at the end if it is there; that the end is there shows the length after it.
            if (BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - sizeof(uint))) != files.Unpacked)
            {
                throw new InvalidDataException("its end is missing, or something follows it");
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new BundleException($"The archive is damaged or cut short: {broken.Message}", broken);
        }
        catch (DecoderFallbackException broken)
        {
            throw new BundleException("The name of a member is not UTF-8.", broken);
        }
    }

    private static byte[] Packed(Stream archive, int most)
    {
        using var packed = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = archive.Read(buffer)) > 0)
        {
            if (packed.Length + read > most)
            {
                throw new BundleException($"The archive has more than {most} bytes; make it smaller or raise the limit.");
            }

            packed.Write(buffer, 0, read);
        }

        return packed.ToArray();
    }

    private void Members()
    {
        var (path, size) = ((string?)null, (long?)null);
        while (NextHeader())
        {
            var kind = (char)_header[156];
            switch (kind)
            {
                case 'x':
                    (path, size) = Extended(Content(Extension(kind)));
                    break;
                case 'g':
                    if (Extended(Content(Extension(kind))) is not (null, null))
                    {
                        throw new BundleException("A global header of the archive sets names or sizes, which is not supported.");
                    }

                    break;
                case 'L':
                    path = Name(Content(Extension(kind)));
                    break;
                default:
                    Member(kind, path ?? HeaderName(), size ?? Number(124, 12));
                    (path, size) = (null, null);
                    break;
            }
        }

        // The checksum stands at the very end.
        var rest = new byte[16 << 10];
        int read;
        while ((read = _stream.Read(rest)) > 0)
        {
            _files.Charge(read);
        }
    }

    private void Member(char kind, string name, long size)
    {
        var path = _files.Enter(name);
        switch (kind)
        {
            case '5':
                _ = Content(size);
                break;
            case '0' or '\0' when !name.EndsWith('/'):
                _files.Add(path, Content(size));
                break;
            case '1' or '2':
                throw new BundleException($"{path}: is a link; links are not read.");
            default:
                throw new BundleException($"{path}: is neither file nor folder (type {(int)kind}).");
        }
    }

    private bool NextHeader()
    {
        _files.Charge(BlockSize);
        _stream.ReadExactly(_header);
        if (!_header.AsSpan().ContainsAnyExcept((byte)0))
        {
            return false;
        }

        // The checksum's own field counts as spaces (octets 148 to 155).
        var sum = 8 * ' ';
        for (var i = 0; i < BlockSize; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : _header[i];
        }

        return sum == Number(148, 8) ? true : throw new InvalidDataException("the checksum of a header is wrong");
    }

    private byte[] Content(long size)
    {
        _files.Charge(size);
        var padding = (BlockSize - (size % BlockSize)) % BlockSize;
        _files.Charge(padding);
        var bytes = new byte[size];
        _stream.ReadExactly(bytes);
        _stream.ReadExactly(new byte[padding]);
        return bytes;
    }

    private long Extension(char kind) => Number(124, 12) is var size && size <= MaxExtension
        ? size
        : throw new BundleException($"An extended header of the archive (type {kind}) has more than {MaxExtension} bytes.");

    // Records are "length key=value\n", the length counting all of it.
    private static (string? Path, long? Size) Extended(byte[] records)
    {
        var (path, size) = ((string?)null, (long?)null);
        for (var rest = records.AsSpan(); rest.Length > 0;)
        {
            var space = rest.IndexOf((byte)' ');
            if (space is < 1 or > 6 || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space || length > rest.Length || rest[length - 1] != (byte)'\n')
            {
                throw new InvalidDataException("an extended header cannot be read");
            }

            var record = s_utf8.GetString(rest[(space + 1)..(length - 1)]);
            rest = rest[length..];
            var (key, value) = record.IndexOf('=') is > 0 and var at ? (record[..at], record[(at + 1)..]) : throw new InvalidDataException("an extended header cannot be read");
            if (key == "path")
            {
                path = value;
            }
            else if (key == "size")
            {
                size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException("a size cannot be read");
            }
            else if (key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
            {
                throw new BundleException("Sparse files are not supported.");
            }
        }

        return (path, size);
    }

    private string HeaderName()
    {
        var name = Name(_header.AsSpan(0, 100));
        var prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Name(_header.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private static string Name(ReadOnlySpan<byte> field) => s_utf8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    private long Number(int at, int length)
    {
        var digits = _header.AsSpan(at, length).Trim((ReadOnlySpan<byte>)[0, (byte)' ']);
        var number = 0L;
        foreach (var digit in digits)
        {
            number = digit is >= (byte)'0' and <= (byte)'7' ? (number * 8) + (digit - '0') : throw new InvalidDataException("a number of a header cannot be read");
        }

        return number;
    }
}
