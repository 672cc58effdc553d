using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A SHA-256 digest (FIPS 180-4).</summary>
/// <remarks>Prints and parses as <c>sha256:</c> and 64 lower-case hexadecimal digits.</remarks>
[JsonConverter(typeof(BareStringConverter<Digest>))]
public readonly record struct Digest : IParsable<Digest>
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> s_hexadecimal = SearchValues.Create("0123456789abcdef");
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>The 64 hexadecimal digits; empty only for <c>default</c>.</summary>
    public string Hex => _hex ?? "";

    /// <summary>The digest of bytes at hand.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return From(hash);
    }

    /// <summary>Wraps a hash that was computed elsewhere.</summary>
    /// <param name="hash">32 bytes.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static Digest From(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new(Convert.ToHexStringLower(hash))
            : throw new ArgumentException($"A SHA-256 digest has 32 bytes, not {hash.Length}.", nameof(hash));

    /// <summary>Reads <c>sha256:…</c>.</summary>
    /// <exception cref="FormatException">Not of that form; the message shows what was given.</exception>
    public static Digest Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Digest>(s, "a digest such as sha256:… with 64 hexadecimal digits");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result)
    {
        var valid = s is { Length: 71 } && s.StartsWith(Prefix, StringComparison.Ordinal) && s.AsSpan(Prefix.Length).IndexOfAnyExcept(s_hexadecimal) < 0;
        result = valid ? new(s![Prefix.Length..]) : default;
        return valid;
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>The bare form.</summary>
    public override string ToString() => Prefix + Hex;
}
