using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Crank.Trust.Log;

/// <summary>A SHA-256 value of the transparency log: the hash of a leaf, of a node or of a whole tree. Prints and parses as standard base64.</summary>
public readonly struct LogHash : IEquatable<LogHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly Bytes _bytes;

    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public LogHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A log hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>The bytes of this hash.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The bytes, copied.</summary>
    public byte[] ToArray() => Span.ToArray();

    /// <summary>Reads the exact base64 that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LogHash hash)
    {
        if (Canonical.ExactBase64.TryDecode(text, Size, out var bytes) && bytes.Length == Size)
        {
            hash = new LogHash(bytes);
            return true;
        }

        hash = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(LogHash other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LogHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <summary>Standard base64 with padding.</summary>
    public override string ToString() => Convert.ToBase64String(Span);

    /// <summary>Equal bytes.</summary>
    public static bool operator ==(LogHash left, LogHash right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    public static bool operator !=(LogHash left, LogHash right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
