using System.Net.WebSockets;

namespace Crank.Session.Transport;

/// <summary>A WebSocket as the two byte streams of a session: binary messages, cut anywhere. One reader and one writer at a time.</summary>
/// <remarks>Disposing begins the closing handshake (RFC 6455, 7) and does not wait for the peer; <see cref="Closed"/> completes when the socket is done with, at most a moment later.</remarks>
public sealed class WebSocketTransport : Stream
{
    private const int MaxMessageBytes = 256 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (WebSocketCloseStatus Status, string Why) _farewell = (WebSocketCloseStatus.NormalClosure, "");
    private int _disposed;

    /// <param name="socket">Open; disposed with the transport.</param>
    /// <param name="clock">Bounds the closing handshake.</param>
    public WebSocketTransport(WebSocket socket, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(clock);
        (_socket, _clock) = (socket, clock);
    }

    /// <summary>Completes, never fails, when the socket is done with.</summary>
    public Task Closed => _closed.Task;

    /// <summary>What the peer said when it closed; null when it has not, or said nothing.</summary>
    public (WebSocketCloseStatus Status, string Why)? Heard { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says why the socket will be closed. The text is cut to what a close frame holds, 123 bytes.</summary>
    public void Bid(WebSocketCloseStatus status, string why)
    {
        ArgumentNullException.ThrowIfNull(why);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(why);
        _farewell = (status, bytes <= 123 ? why : new string([.. why.Where(char.IsAscii).Take(120)]) + "...");
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, cancellationToken);
                switch (received.MessageType)
                {
                    case WebSocketMessageType.Close:
                        Heard = _socket.CloseStatus is { } status ? (status, _socket.CloseStatusDescription ?? "") : null;
                        return 0;
                    case WebSocketMessageType.Text:
                        throw new IOException("A text message came; a session travels in binary messages.");
                    default:
                        // An empty message is no end of the stream.
                        if (received.Count > 0) return received.Count;
                        break;
                }
            }
        }
        catch (WebSocketException e)
        {
            throw new IOException($"The WebSocket failed: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException($"The WebSocket is closed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            for (var rest = buffer; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, MaxMessageBytes)];
                await _socket.SendAsync(part, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                rest = rest[part.Length..];
            }
        }
        catch (WebSocketException e)
        {
            throw new IOException($"The WebSocket failed: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException($"The WebSocket is closed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A WebSocket is read asynchronously.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A WebSocket is written asynchronously.");

    /// <summary>Nothing is kept back: what was written has left.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0) _ = Task.Run(CloseAsync);
        base.Dispose(disposing);
    }

    private async Task CloseAsync()
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var late = new CancellationTokenSource(s_patience, _clock);
                await _socket.CloseOutputAsync(_farewell.Status, _farewell.Why, late.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The peer is gone, or does not read: there is nothing left to say.
        }

        _socket.Dispose();
        _closed.TrySetResult();
    }
}
