using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Crank.Session.Frames;

/// <summary>Frames laid one after another in pooled memory, to leave in one write.</summary>
#pragma warning disable CA1001 // the JSON writer writes into this buffer and holds nothing that would need disposal
internal sealed class FrameBuffer : IBufferWriter<byte>
#pragma warning restore CA1001
{
    private const int SmallestArray = 16 * 1024;
    private const int LargestKept = 1024 * 1024;
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter _json;
    private byte[] _array = ArrayPool<byte>.Shared.Rent(SmallestArray);

    public FrameBuffer() => _json = new Utf8JsonWriter(this, Plain);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <exception cref="SessionException">The header would be larger than the peer accepts; nothing was added.</exception>
    public void Add(FrameType type, in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var start = Length;
        Reserve(FrameParser.PrefixBytes);
        Length += FrameParser.PrefixBytes;
        _json.Reset(this);
        HeaderWriter.Write(_json, header);
        _json.Flush();
        var headerBytes = Length - start - FrameParser.PrefixBytes;
        if (headerBytes > SessionLimits.MaxHeaderBytes)
        {
            Length = start;
            throw SessionException.Violation($"A {type} frame would have a header of {headerBytes} bytes; {SessionLimits.MaxHeaderBytes} are allowed.");
        }

        var payloadBytes = checked((int)payload.Length);
        payload.CopyTo(GetSpan(payloadBytes));
        Length += payloadBytes;
        _array[start] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(_array.AsSpan(start + 1), headerBytes);
        BinaryPrimitives.WriteInt32BigEndian(_array.AsSpan(start + 5), payloadBytes);
    }

    public void Clear()
    {
        Length = 0;
        if (_array.Length <= LargestKept) return;
        ArrayPool<byte>.Shared.Return(_array);
        _array = ArrayPool<byte>.Shared.Rent(SmallestArray);
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 256);
        if (needed <= _array.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _array.Length * 2));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
