using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Crank.Session.Frames;

namespace Crank.Session.Tests;

/// <summary>One end of a session played by hand: says exactly what the test tells it to.</summary>
internal sealed class ScriptedPeer
{
    private readonly Pipe _toPeer = new();
    private readonly Pipe _fromPeer = new();

    /// <summary>What the end under test reads.</summary>
    public Stream TheirInput => _fromPeer.Reader.AsStream();

    /// <summary>What the end under test writes.</summary>
    public Stream TheirOutput => _toPeer.Writer.AsStream();

    public async Task SayAsync(FrameType type, FrameHeader header, string payload = "") => await SayAsync(type, header, Encoding.UTF8.GetBytes(payload));

    public async Task SayAsync(FrameType type, FrameHeader header, byte[] payload)
    {
        var buffer = new FrameBuffer();
        buffer.Add(type, header, new ReadOnlySequence<byte>(payload));
        await SayRawAsync(buffer.Written);
    }

    public async Task SayRawAsync(ReadOnlyMemory<byte> bytes) => await _fromPeer.Writer.WriteAsync(bytes);

    public void Hang() => _fromPeer.Writer.Complete();

    public Task HelloAsync() =>
        SayAsync(FrameType.Hello, new FrameHeader { Protocol = SessionLimits.Protocol, Service = "scripted", Version = "1.0.0", Isolation = "none" }, "[]");

    public Task WelcomeAsync(int invocations = 8) =>
        SayAsync(FrameType.Welcome, new FrameHeader { Protocol = SessionLimits.Protocol, Invocations = invocations });

    /// <summary>The next frame from the end under test.</summary>
    public async Task<(FrameType Type, FrameHeader Header, string Payload)> HearAsync()
    {
        while (true)
        {
            var read = await _toPeer.Reader.ReadAsync();
            var rest = read.Buffer;
            if (FrameParser.TryRead(ref rest, out var frame))
            {
                var heard = (frame.Type, HeaderReader.Read(frame.Type, frame.Header), Encoding.UTF8.GetString(frame.Payload));
                _toPeer.Reader.AdvanceTo(rest.Start);
                return heard;
            }

            if (read.IsCompleted) throw new EndOfStreamException("The end under test closed its stream.");
            _toPeer.Reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    public async Task<FrameHeader> HearAsync(FrameType expected)
    {
        var (type, header, _) = await HearAsync();
        Assert.Equal(expected, type);
        return header;
    }
}
