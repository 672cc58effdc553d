using System.Buffers;
using System.IO.Pipelines;

namespace Crank.Session.Frames;

/// <summary>
/// One reader and one writer over a pair of streams. Senders add frames to the pending buffer; the writer takes all that
/// is pending in one write and one flush, so that frames coalesce exactly when there is load.
/// </summary>
internal sealed class FrameChannel(Stream input, Stream output) : IThreadPoolWorkItem
{
    private const int ReadBufferBytes = 64 * 1024;
    private const int SoftPendingBytes = 1024 * 1024;
    private const int HardPendingBytes = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private FrameBuffer _pending = new();
    private FrameBuffer _flying = new();
    private TaskCompletionSource? _drained;
    private SessionException? _fault;
    private bool _writing;

    public void Send(FrameType type, in FrameHeader header) => Send(type, header, ReadOnlySequence<byte>.Empty);

    /// <summary>Adds a frame without ever waiting; for the reader's own replies, which must not wait for the writer.</summary>
    /// <remarks>A peer that asks and never reads is cut off when its answers reach the hard limit.</remarks>
    public void Send(FrameType type, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        _ = Add(type, header, payload, waits: false);
    }

    /// <summary>Adds a frame, and completes when the peer keeps up.</summary>
    /// <exception cref="SessionException">The stream to the peer has failed.</exception>
    public ValueTask SendAsync(FrameType type, in FrameHeader header, in ReadOnlySequence<byte> payload) =>
        new(Add(type, header, payload, waits: true));

    /// <summary>Completes when everything added so far has been written and flushed.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_fault is not null || (!_writing && _pending.Length == 0)) return Task.CompletedTask;
            return Drained();
        }
    }

    /// <summary>Hands every frame to <paramref name="handle"/>, in order, until the stream ends.</summary>
    /// <exception cref="SessionException">The peer broke the framing, or its stream failed or ended inside a frame.</exception>
    public async Task ReadAllAsync(Action<Frame> handle, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, leaveOpen: true));
        while (true)
        {
            var result = await ReadOnceAsync(reader, cancellationToken);
            var buffer = result.Buffer;
            while (FrameParser.TryRead(ref buffer, out var frame)) handle(frame);
            if (result.IsCompleted)
            {
                if (!buffer.IsEmpty) throw new SessionException(SessionFault.PeerGone, $"The peer's stream ended inside a frame, {buffer.Length} bytes into it.");
                return;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Stops sending, wakes everyone who waits to send, and closes both streams.</summary>
    public void Stop(SessionException reason)
    {
        TaskCompletionSource? drained;
        lock (_gate)
        {
            if (_fault is not null) return;
            _fault = reason;
            drained = _drained;
            _drained = null;
        }

        drained?.TrySetException(reason.ForAnotherCaller());
        CloseQuietly(output);
        CloseQuietly(input);
    }

    /// <summary>The writer: runs while something is pending.</summary>
    void IThreadPoolWorkItem.Execute() => _ = WriteAllAsync();

    private static async ValueTask<ReadResult> ReadOnceAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new SessionException(SessionFault.PeerGone, $"The peer's stream failed: {e.Message}", e);
        }
    }

    private static void CloseQuietly(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The peer is gone already; there is nothing left to lose.
        }
    }

    private Task Add(FrameType type, in FrameHeader header, in ReadOnlySequence<byte> payload, bool waits)
    {
        var drained = Task.CompletedTask;
        bool start;
        lock (_gate)
        {
            if (_fault is not null) return waits ? throw _fault.ForAnotherCaller() : drained;
            if (_pending.Length > HardPendingBytes) throw SessionException.Violation($"The peer let {_pending.Length} bytes of frames pile up without reading them.");
            _pending.Add(type, header, payload);
            start = !_writing;
            _writing = true;
            if (waits && _pending.Length > SoftPendingBytes) drained = Drained();
        }

        if (start) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return drained;
    }

    private Task Drained() => (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task WriteAllAsync()
    {
        try
        {
            while (TakePending(out var drained))
            {
                await output.WriteAsync(_flying.Written);
                await output.FlushAsync();
                _flying.Clear();
                drained?.TrySetResult();
            }
        }
        catch (Exception e)
        {
            Stop(new SessionException(SessionFault.PeerGone, $"The stream to the peer failed: {e.Message}", e));
        }
    }

    private bool TakePending(out TaskCompletionSource? drained)
    {
        lock (_gate)
        {
            drained = _drained;
            _drained = null;
            if (_pending.Length > 0 && _fault is null)
            {
                (_pending, _flying) = (_flying, _pending);
                return true;
            }

            _writing = false;
        }

        drained?.TrySetResult();
        return false;
    }
}
