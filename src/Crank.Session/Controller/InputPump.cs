using System.Buffers;
using Crank.Session.Blobs;
using Crank.Session.Frames;

namespace Crank.Session.Controller;

/// <summary>Sends one input blob in chunks, within the credit that the worker gives.</summary>
internal sealed class InputPump(FrameChannel channel, long id, int number, InputBlob blob)
{
    private readonly CreditGate _credit = new();
    private bool _started;

    /// <summary>Adds credit.</summary>
    /// <returns>True the first time: the caller then starts <see cref="RunAsync"/>.</returns>
    public bool Credit(long bytes)
    {
        _credit.Add(bytes);
        if (_started) return false;
        _started = true;
        return true;
    }

    public void Stop(Exception reason) => _credit.End(reason);

    /// <exception cref="SessionException">The blob could not be opened or read, or has not its declared length.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SessionLimits.MaxChunkBytes);
        try
        {
            await using var stream = await blob.Open(cancellationToken);
            long sent = 0;
            while (sent < blob.Length)
            {
                var allowed = await _credit.TakeAsync((int)Math.Min(SessionLimits.MaxChunkBytes, blob.Length - sent), cancellationToken);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, allowed), cancellationToken);
                await channel.SendAsync(FrameType.Chunk, new FrameHeader { Id = id, Blob = number }, new ReadOnlySequence<byte>(buffer, 0, allowed));
                sent += allowed;
            }

            if (await stream.ReadAsync(buffer.AsMemory(0, 1), cancellationToken) != 0)
                throw new SessionException(SessionFault.InputFailed, $"The input blob '{blob.Key}' has more than its declared {blob.Length} bytes.");
            await channel.SendAsync(FrameType.BlobEnd, new FrameHeader { Id = id, Blob = number, Bytes = sent }, ReadOnlySequence<byte>.Empty);
        }
        catch (IOException e)
        {
            throw new SessionException(SessionFault.InputFailed, $"The input blob '{blob.Key}' of {blob.Length} bytes could not be read: {e.Message}", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
