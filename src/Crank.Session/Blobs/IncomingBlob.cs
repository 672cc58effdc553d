using System.Buffers;
using System.IO.Pipelines;

namespace Crank.Session.Blobs;

/// <summary>
/// The receiving end of a blob: chunks go in from the session's reader, bytes come out as a stream. Asks for the first
/// bytes when it is first read, and for more as they are consumed, so that at most one window waits in memory.
/// </summary>
/// <param name="grant">Sends credit to the sender.</param>
/// <param name="expected">The exact length, where it was announced.</param>
internal sealed class IncomingBlob(Action<long> grant, long? expected) : Stream
{
    private readonly Lock _gate = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private long _granted;
    private long _received;
    private long _consumed;
    private bool _asked;
    private bool _ended;
    private bool _disposed;

    public bool Ended
    {
        get
        {
            lock (_gate) return _ended;
        }
    }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => expected ?? throw new NotSupportedException("The length of this blob is known when it ends.");

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="SessionException">The chunk is more than was allowed, or comes after the end.</exception>
    public void Accept(in ReadOnlySequence<byte> chunk)
    {
        lock (_gate)
        {
            if (_ended) throw SessionException.Violation("A chunk came after the end of its blob.");
            if (chunk.IsEmpty) throw SessionException.Violation("A chunk was empty.");
            _received += chunk.Length;
            if (_received > _granted) throw SessionException.Violation($"A blob sent {_received} bytes with a credit of {_granted}.");
            if (_received > expected) throw SessionException.Violation($"A blob announced with {expected} bytes sent {_received}.");
            if (_disposed) return;
            foreach (var segment in chunk) _pipe.Writer.Write(segment.Span);
            _ = _pipe.Writer.FlushAsync().AsTask();   // never waits: the credit bounds what is written, not the pipe
        }
    }

    /// <exception cref="SessionException">The blob ended before, or its length is not the sum of its chunks or the one announced.</exception>
    public void End(long total)
    {
        lock (_gate)
        {
            if (_ended) throw SessionException.Violation("A blob ended twice.");
            if (total != _received || (expected is { } length && total != length))
                throw SessionException.Violation($"A blob ended with {total} bytes after {_received}, announced {expected?.ToString() ?? "nothing"}.");
            _ended = true;
            _pipe.Writer.Complete();
        }
    }

    /// <summary>Makes the reader of the stream fail; what still arrives is counted against the credit and dropped.</summary>
    public void Abort(Exception reason)
    {
        lock (_gate)
        {
            if (!_ended) _pipe.Writer.Complete(reason);
            _disposed = true;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        if (!_asked)
        {
            _asked = true;
            Grant(SessionLimits.BlobWindowBytes);
        }

        var result = await _pipe.Reader.ReadAsync(cancellationToken);
        var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        var taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        _pipe.Reader.AdvanceTo(taken.End);
        _consumed += count;
        if (_consumed >= SessionLimits.BlobWindowBytes / 2 && !Ended)
        {
            Grant(_consumed);
            _consumed = 0;
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (!_disposed) _pipe.Reader.Complete();
            _disposed = true;
        }

        base.Dispose(disposing);
    }

    private void Grant(long bytes)
    {
        lock (_gate)
        {
            if (_ended) return;
            _granted += bytes;
        }

        grant(bytes);
    }
}
