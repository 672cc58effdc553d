using System.Security.Cryptography;
using Crank.Core;

namespace Crank.Trust.Statements;

/// <summary>
/// Names content on a receipt without telling it: SHA-256 over a random salt and the content's SHA-256. Who holds salt and content can show that the receipt
/// speaks of it; who holds the receipt alone cannot even test a guess. Deleting the salt severs the receipt from the content for good.
/// </summary>
public static class SaltedDigest
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 32;

    /// <summary>A new salt from the system's random source. It stays in the owner's data folder and never goes on a receipt.</summary>
    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltSize);

    /// <summary>The salted digest of content whose own digest is <paramref name="content"/>.</summary>
    /// <exception cref="ArgumentException">The salt has not <see cref="SaltSize"/> bytes.</exception>
    public static Digest Of(ReadOnlySpan<byte> salt, Digest content)
    {
        if (salt.Length != SaltSize)
        {
            throw new ArgumentException($"A salt has {SaltSize} bytes, not {salt.Length}.", nameof(salt));
        }

        Span<byte> message = stackalloc byte[SaltSize + SHA256.HashSizeInBytes];
        salt.CopyTo(message);
        content.ToBytes().CopyTo(message[SaltSize..]);
        return Digest.Of(message);
    }
}
