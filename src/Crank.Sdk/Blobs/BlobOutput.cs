using System.Security.Cryptography;
using Crank.Core;
using Crank.Session.Worker;

namespace Crank.Sdk;

/// <summary>
/// An output blob being written. Writing waits while the controller has not taken what was sent, so that any size fits in
/// little memory. Becomes part of the result only by <see cref="CompleteAsync"/>. For one thread at a time.
/// </summary>
public sealed class BlobOutput : Stream
{
    private readonly BlobWriter _writer;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _mediaType;
    private readonly string? _name;

    internal BlobOutput(BlobWriter writer, string mediaType, string? name)
    {
        _writer = writer;
        _mediaType = mediaType;
        _name = name;
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => _writer.CanWrite;

    /// <summary>Bytes written so far.</summary>
    public override long Length => _writer.BytesWritten;

    /// <summary>Bytes written so far; cannot be set.</summary>
    public override long Position { get => _writer.BytesWritten; set => throw new NotSupportedException(); }

    /// <summary>Declares the blob whole.</summary>
    /// <returns>What to put into the output.</returns>
    public async ValueTask<Blob> CompleteAsync(CancellationToken cancellationToken = default)
    {
        await _writer.CompleteAsync(cancellationToken);
        return new Blob(Digest.From(_hash.GetCurrentHash()), _writer.BytesWritten, _mediaType, _name);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writer.Write(buffer);
        _hash.AppendData(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writer.WriteAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: bytes leave in whole chunks and at the end.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writer.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
