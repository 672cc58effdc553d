using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Crank.Trust.Jose;

/// <summary>AES Key Wrap with the default initial value (RFC 3394 section 2.2).</summary>
internal static class AesKeyWrap
{
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6;
    private const int Block = 8;

    public static byte[] Wrap(ReadOnlySpan<byte> wrapping, ReadOnlySpan<byte> key)
    {
        using var aes = Aes.Create();
        aes.Key = wrapping.ToArray();
        var count = key.Length / Block;
        byte[] result = [.. new byte[Block], .. key];
        var a = InitialValue;
        Span<byte> block = stackalloc byte[2 * Block];
        for (var round = 0; round < 6; round++)
        {
            for (var i = 1; i <= count; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, a);
                result.AsSpan(i * Block, Block).CopyTo(block[Block..]);
                aes.EncryptEcb(block, block, PaddingMode.None);
                a = BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)((count * round) + i);
                block[Block..].CopyTo(result.AsSpan(i * Block));
            }
        }

        BinaryPrimitives.WriteUInt64BigEndian(result, a);
        return result;
    }

    /// <returns>Null when the integrity check fails.</returns>
    public static byte[]? Unwrap(ReadOnlySpan<byte> wrapping, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 3 * Block || wrapped.Length % Block != 0)
        {
            return null;
        }

        using var aes = Aes.Create();
        aes.Key = wrapping.ToArray();
        var count = (wrapped.Length / Block) - 1;
        var result = wrapped.ToArray();
        var a = BinaryPrimitives.ReadUInt64BigEndian(result);
        Span<byte> block = stackalloc byte[2 * Block];
        for (var round = 5; round >= 0; round--)
        {
            for (var i = count; i >= 1; i--)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, a ^ (ulong)((count * round) + i));
                result.AsSpan(i * Block, Block).CopyTo(block[Block..]);
                aes.DecryptEcb(block, block, PaddingMode.None);
                a = BinaryPrimitives.ReadUInt64BigEndian(block);
                block[Block..].CopyTo(result.AsSpan(i * Block));
            }
        }

        Span<byte> check = stackalloc byte[2 * Block];
        BinaryPrimitives.WriteUInt64BigEndian(check, a);
        BinaryPrimitives.WriteUInt64BigEndian(check[Block..], InitialValue);
        return CryptographicOperations.FixedTimeEquals(check[..Block], check[Block..]) ? result[Block..] : null;
    }
}
