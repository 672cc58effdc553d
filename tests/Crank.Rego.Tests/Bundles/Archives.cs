using System.Buffers.Text;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Bundles;

namespace Crank.Rego.Tests.Bundles;

/// <summary>Packs and signs bundles.</summary>
internal static class Archives
{
    public const string Policy = "package app\n\nallow if input.n <= data.limits.n\n";
    public const string Data = """{"limits": {"n": 3.0, "b": [true, null, "<&>é"]}}""";
    public const string Manifest = """{"revision": "r1", "roots": ["app", "limits"], "rego_version": 1}""";

    /// <summary>A whole small bundle.</summary>
    public static (string Name, string Text)[] Files(string manifest = Manifest) => [("app/policy.rego", Policy), ("data.json", Data), (".manifest", manifest)];

    public static byte[] Pack(params (string Name, string Text)[] files) => Pack(TarEntryFormat.Pax, [.. files.Select(static file => Entry(TarEntryFormat.Pax, file.Name, file.Text))]);

    public static byte[] Pack(TarEntryFormat format, params TarEntry[] entries)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, format))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return packed.ToArray();
    }

    public static TarEntry Entry(TarEntryFormat format, string name, string text)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
            _ => new PaxTarEntry(TarEntryType.RegularFile, name),
        };
        entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return entry;
    }

    public static Bundle Read(byte[] archive, BundleOptions? options = null)
    {
        using var stream = new MemoryStream(archive);
        return BundleLoader.Read(stream, options);
    }

    public static string Refused(byte[] archive, BundleOptions? options = null) => Assert.Throws<BundleException>(() => Read(archive, options)).Message;

    /// <summary>The file that signs <paramref name="files"/>: each hashed as given here, so structured ones must be in canonical form.</summary>
    public static (string Name, string Text) Signature(SigningKey key, string algorithm, (string Name, string Text)[] files, string more = "", string hash = "SHA-256", string header = "")
    {
        var listed = files.Select(file => $$"""{"name":"{{file.Name}}","hash":"{{HashOf(hash, file.Text)}}","algorithm":"{{hash}}"}""");
        var signed = $"{Encoded($$"""{"alg":"{{algorithm}}"{{header}}}""")}.{Encoded($$"""{"files":[{{string.Join(',', listed)}}]{{more}}}""")}";
        return (".signatures.json", $$"""{"signatures":["{{signed}}.{{Base64Url.EncodeToString(key.Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}}"]}""");
    }

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string HashOf(string hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(hash == "SHA-512" ? SHA512.HashData(bytes) : hash == "SHA-384" ? SHA384.HashData(bytes) : SHA256.HashData(bytes));
    }
}
