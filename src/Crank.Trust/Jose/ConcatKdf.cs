using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Crank.Trust.Jose;

/// <summary>The key derivation of ECDH-ES (RFC 7518 section 4.6.2; NIST SP 800-56A section 5.8.1) with SHA-256.</summary>
internal static class ConcatKdf
{
    public static byte[] Derive(ReadOnlySpan<byte> secret, string algorithm, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV, int bytes)
    {
        byte[] info = [.. Prefixed(Encoding.ASCII.GetBytes(algorithm)), .. Prefixed(partyU), .. Prefixed(partyV), .. Number(bytes * 8)];
        var derived = new List<byte>();
        for (var round = 1; derived.Count < bytes; round++)
        {
            derived.AddRange(SHA256.HashData([.. Number(round), .. secret, .. info]));
        }

        return [.. derived.Take(bytes)];
    }

    private static byte[] Prefixed(ReadOnlySpan<byte> bytes) => [.. Number(bytes.Length), .. bytes];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
