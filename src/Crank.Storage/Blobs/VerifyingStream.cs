using System.Security.Cryptography;
using Crank.Core;

namespace Crank.Storage;

/// <summary>Reads a blob from start to end, and compares its digest when the end is reached.</summary>
/// <param name="file">Its bytes.</param>
/// <param name="blob">What their digest must be.</param>
/// <param name="bytes">How many they are.</param>
/// <param name="condemn">Told when they are not those of the digest.</param>
internal sealed class VerifyingStream(FileStream file, Digest blob, long bytes, Action condemn) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;
    private bool _verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException("A blob is read from start to end.");
    }

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        Take(buffer[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await file.ReadAsync(buffer, cancellationToken);
        Take(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A blob is read from start to end.");

    public override void SetLength(long value) => throw new NotSupportedException("A stored blob never changes.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A stored blob never changes.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> piece, bool atEnd)
    {
        _read += piece.Length;
        if (_verified)
        {
            return;
        }

        _hash.AppendData(piece);
        if (!atEnd && _read < bytes)
        {
            return;
        }

        // The last bytes are handed out only when all of them are right.
        Span<byte> found = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(found);
        _verified = _read == bytes && Digest.From(found) == blob;
        if (!_verified)
        {
            condemn();
            throw new BlobDamagedException(blob, "its digest differs");
        }
    }
}
