using System.Buffers;

namespace Crank.Session.Frames;

/// <summary>
/// Cuts frames of <c>crank-session/1</c>: one type byte, header length and payload length (four bytes each,
/// big-endian), the header, the payload.
/// </summary>
public static class FrameParser
{
    /// <summary>Bytes before the header.</summary>
    public const int PrefixBytes = 9;

    /// <summary>Takes the first frame off the buffer.</summary>
    /// <returns>False when more bytes are needed; <paramref name="buffer"/> is then unchanged.</returns>
    /// <exception cref="SessionException">The type is unknown or a length is negative or above its maximum; said as soon as the prefix shows it.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out Frame frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var type)) return false;
        var maxPayload = MaxPayload((FrameType)type);
        if (!reader.TryReadBigEndian(out int header)) return false;
        if (header is < 2 or > SessionLimits.MaxHeaderBytes)
            throw SessionException.Violation($"A frame announced a header of {header} bytes; 2 to {SessionLimits.MaxHeaderBytes} are allowed.");
        if (!reader.TryReadBigEndian(out int payload)) return false;
        if (payload < 0 || payload > maxPayload)
            throw SessionException.Violation($"A {(FrameType)type} frame announced a payload of {payload} bytes; 0 to {maxPayload} are allowed.");
        if (!reader.TryReadExact(header, out var headerBytes) || !reader.TryReadExact(payload, out var payloadBytes)) return false;
        frame = new Frame((FrameType)type, headerBytes, payloadBytes);
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private static int MaxPayload(FrameType type) => type switch
    {
        FrameType.Hello or FrameType.Invoke or FrameType.Result or FrameType.Description => SessionLimits.MaxJsonBytes,
        FrameType.Chunk => SessionLimits.MaxChunkBytes,
        FrameType.Welcome or FrameType.Error or FrameType.Progress or FrameType.BlobOpen or FrameType.BlobEnd or FrameType.Credit
            or FrameType.Cancel or FrameType.Ping or FrameType.Pong or FrameType.Describe or FrameType.Close or FrameType.Bye or FrameType.Leave => 0,
        _ => throw SessionException.Violation($"A frame began with the unknown type {(byte)type}; 1 to 18 are known."),
    };
}
