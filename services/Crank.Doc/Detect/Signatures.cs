using System.Text;

namespace Crank.Doc.Detect;

/// <summary>Types that begin with fixed bytes, and packages that are told apart by their members.</summary>
internal static class Signatures
{
    private const int PdfHeaderWithin = 1024;

    public static (string Key, string Reason)? Find(ReadOnlySpan<byte> b)
    {
        if (b.StartsWith("PK\u0003\u0004"u8) || b.StartsWith("PK\u0005\u0006"u8))
        {
            return ZipMembers.Find(b);
        }

        if (b.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            return Compound(b);
        }

        if (Fixed(b) is { } key)
        {
            return (key, "begins with the signature of the type");
        }

        return b[..Math.Min(b.Length, PdfHeaderWithin)].IndexOf("%PDF-"u8) >= 0 ? ("pdf", "%PDF- within the first kilobyte") : null;
    }

    private static string? Fixed(ReadOnlySpan<byte> b) => b switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "png",
        [0xFF, 0xD8, 0xFF, ..] => "jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "gif",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "tiff",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "webp",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'A', (byte)'V', (byte)'E', ..] => "wav",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "bmp",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', .. var brand] => brand.StartsWith("hei"u8) || brand.StartsWith("mif"u8) || brand.StartsWith("avif"u8) ? "heif" : "mp4",
        [(byte)'I', (byte)'D', (byte)'3', ..] => "mp3",
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "ogg",
        [0x1F, 0x8B, 8, ..] => "gzip",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] => "bzip2",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "7z",
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 7, ..] => "rar",
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "elf",
        [0xCF or 0xCE, 0xFA, 0xED, 0xFE, ..] => "macho",
        [0, (byte)'a', (byte)'s', (byte)'m', ..] => "wasm",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "parquet",
        [(byte)'{', (byte)'\\', (byte)'r', (byte)'t', (byte)'f', ..] => "rtf",
        [(byte)'%', (byte)'!', (byte)'P', (byte)'S', ..] => "postscript",
        [(byte)'M', (byte)'Z', ..] when b.Length >= 32 && b.IndexOfAnyInRange((byte)0, (byte)8) >= 0 => "exe",
        _ when b.StartsWith("SQLite format 3\0"u8) => "sqlite",
        _ when b.Length > 262 && b[257..].StartsWith("ustar"u8) => "tar",
        _ => null,
    };

    private static (string Key, string Reason) Compound(ReadOnlySpan<byte> b)
    {
        foreach (var (key, stream) in new[]
        {
            ("ooxml-encrypted", "EncryptedPackage"), ("doc", "WordDocument"), ("xls", "Workbook"), ("xls", "Book"), ("ppt", "PowerPoint Document"), ("msg", "__properties_version1.0"),
        })
        {
            if (b.IndexOf(Encoding.Unicode.GetBytes(stream)) >= 0)
            {
                return (key, $"OLE compound file with a stream '{stream}'");
            }
        }

        return ("ole", "OLE compound file");
    }
}
