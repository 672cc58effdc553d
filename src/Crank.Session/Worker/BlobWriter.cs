using System.Buffers;
using Crank.Session.Blobs;

namespace Crank.Session.Worker;

/// <summary>
/// An output blob being written. Gathers small writes, and waits while the controller has not taken what was sent.
/// Becomes part of the result only by <see cref="CompleteAsync"/>; disposing it earlier fails the invocation. For one thread at a time.
/// </summary>
public sealed class BlobWriter : Stream
{
    private readonly WorkerInvocation _invocation;
    private readonly CreditGate _credit;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(SessionLimits.MaxChunkBytes);
    private int _buffered;
    private bool _completed;

    internal BlobWriter(WorkerInvocation invocation, CreditGate credit, int number)
    {
        _invocation = invocation;
        _credit = credit;
        Number = number;
    }

    /// <summary>Its number in the invocation, from 0 in the order of creation.</summary>
    public int Number { get; }

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => _buffer is not null;

    /// <inheritdoc/>
    public override long Length => BytesWritten;

    /// <summary>Bytes written so far; cannot be set.</summary>
    public override long Position { get => BytesWritten; set => throw new NotSupportedException(); }

    /// <summary>Sends what is left and declares the blob whole.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_completed) return;
        await SendAsync(cancellationToken);
        _invocation.SendBlobEnd(Number, BytesWritten);
        _completed = true;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Gather(buffer.Span);
            buffer = buffer[count..];
            if (_buffered == SessionLimits.MaxChunkBytes) await SendAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Gather(buffer);
            buffer = buffer[count..];
            if (_buffered == SessionLimits.MaxChunkBytes) SendAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

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
        if (_buffer is { } rented)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(rented);
        }

        base.Dispose(disposing);
    }

    private int Gather(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_completed) throw new InvalidOperationException("The blob is complete; nothing can be added to it.");
        var count = Math.Min(bytes.Length, SessionLimits.MaxChunkBytes - _buffered);
        bytes[..count].CopyTo(_buffer.AsSpan(_buffered));
        _buffered += count;
        BytesWritten += count;
        return count;
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        var sent = 0;
        while (sent < _buffered)
        {
            var allowed = await _credit.TakeAsync(_buffered - sent, cancellationToken);
            await _invocation.SendChunkAsync(Number, _buffer.AsMemory(sent, allowed));
            sent += allowed;
        }

        _buffered = 0;
    }
}
