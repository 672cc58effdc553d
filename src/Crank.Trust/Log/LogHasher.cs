using System.Security.Cryptography;

namespace Crank.Trust.Log;

/// <summary>The three hashes of RFC 9162 section 2.1.1 (the same as RFC 6962 section 2.1), over SHA-256.</summary>
public static class LogHasher
{
    /// <summary>The root of a log without leaves: the hash of nothing.</summary>
    public static LogHash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>The hash of a leaf: SHA-256 of a zero byte and the entry.</summary>
    public static LogHash Leaf(ReadOnlySpan<byte> entry)
    {
        var length = checked(entry.Length + 1);
        var rented = length <= 512 ? null : System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        var message = rented is null ? stackalloc byte[512] : rented;
        message[0] = 0;
        entry.CopyTo(message[1..]);
        Span<byte> hash = stackalloc byte[LogHash.Size];
        SHA256.HashData(message[..length], hash);
        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }

        return new LogHash(hash);
    }

    /// <summary>The hash of a node: SHA-256 of a one byte, the left and the right child.</summary>
    public static LogHash Node(in LogHash left, in LogHash right)
    {
        Span<byte> message = stackalloc byte[1 + 2 * LogHash.Size];
        message[0] = 1;
        left.Span.CopyTo(message[1..]);
        right.Span.CopyTo(message[(1 + LogHash.Size)..]);
        Span<byte> hash = stackalloc byte[LogHash.Size];
        SHA256.HashData(message, hash);
        return new LogHash(hash);
    }
}
