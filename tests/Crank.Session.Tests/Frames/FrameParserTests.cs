using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Crank.Session.Frames;
using CsCheck;

namespace Crank.Session.Tests.Frames;

public sealed class FrameParserTests
{
    private static readonly Gen<(FrameType Type, byte[] Payload)> AnyFrame =
        Gen.Select(Gen.OneOf(Gen.Const(FrameType.Invoke), Gen.Const(FrameType.Result), Gen.Const(FrameType.Chunk)), Gen.Byte.Array[0, 300]);

    [Fact]
    public void Frames_written_one_after_another_are_cut_apart_again_wherever_the_input_breaks() =>
        Gen.Select(AnyFrame.Array[1, 6], Gen.Int[1, 50]).Sample((frames, step) =>
        {
            var written = new FrameBuffer();
            foreach (var (type, payload) in frames) written.Add(type, new FrameHeader { Id = 7 }, new ReadOnlySequence<byte>(payload));
            var all = written.Written.ToArray();
            var seen = new List<(FrameType, byte[])>();
            var start = 0;
            for (var end = 0; end <= all.Length; end = end == all.Length ? end + 1 : Math.Min(end + step, all.Length))
            {
                var buffer = new ReadOnlySequence<byte>(all, start, end - start);
                while (FrameParser.TryRead(ref buffer, out var frame)) seen.Add((frame.Type, frame.Payload.ToArray()));
                start = end - (int)buffer.Length;
            }

            Assert.Equal(frames.Select(f => f.Type), seen.Select(f => f.Item1));
            Assert.All(frames.Zip(seen), pair => Assert.Equal(pair.First.Payload, pair.Second.Item2));
        });

    [Fact]
    public void A_frame_cut_at_any_byte_waits_for_more_and_takes_nothing()
    {
        var written = new FrameBuffer();
        written.Add(FrameType.Invoke, new FrameHeader { Id = 1, Capability = "echo" }, new ReadOnlySequence<byte>("{\"a\":1}"u8.ToArray()));
        var all = written.Written.ToArray();
        for (var cut = 0; cut < all.Length; cut++)
        {
            var buffer = new ReadOnlySequence<byte>(all, 0, cut);
            Assert.False(FrameParser.TryRead(ref buffer, out _));
            Assert.Equal(cut, buffer.Length);
        }
    }

    [Theory]
    [InlineData(3, -1, 0)]
    [InlineData(3, int.MinValue, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(3, SessionLimits.MaxHeaderBytes + 1, 0)]
    [InlineData(3, int.MaxValue, 0)]
    [InlineData(3, 10, -1)]
    [InlineData(3, 10, SessionLimits.MaxJsonBytes + 1)]
    [InlineData(8, 10, SessionLimits.MaxChunkBytes + 1)]
    [InlineData(12, 10, 1)]
    [InlineData(0, 10, 0)]
    [InlineData(19, 10, 0)]
    [InlineData(255, 10, 0)]
    public void A_prefix_outside_the_limits_is_refused_before_its_body_arrives(byte type, int header, int payload)
    {
        var prefix = new byte[FrameParser.PrefixBytes];
        prefix[0] = type;
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), header);
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(5), payload);
        var refused = Assert.Throws<SessionException>(() =>
        {
            var buffer = new ReadOnlySequence<byte>(prefix);
            FrameParser.TryRead(ref buffer, out _);
        });
        Assert.Equal(SessionFault.ProtocolViolation, refused.Fault);
    }

    [Fact]
    public void Any_bytes_give_a_frame_a_wait_or_a_refusal_and_nothing_else() =>
        Gen.Byte[0, 20].Array[0, 60].Sample(bytes =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (FrameParser.TryRead(ref buffer, out var frame)) HeaderReader.Read(frame.Type, frame.Header);
            }
            catch (SessionException refused)
            {
                return refused.Fault == SessionFault.ProtocolViolation;
            }

            return true;
        });

    [Fact]
    public void A_header_too_large_for_the_peer_is_refused_where_it_is_written()
    {
        var written = new FrameBuffer();
        var blobs = Enumerable.Range(0, 64).Select(_ => new BlobAnnouncement(new string('\u0001', 256), 1)).ToArray();
        Assert.Throws<SessionException>(() => written.Add(FrameType.Invoke, new FrameHeader { Id = 1, Capability = "x", Blobs = blobs }, default));
        Assert.Equal(0, written.Length);
    }

    [Fact]
    public void The_prefix_is_type_then_both_lengths_big_endian()
    {
        var written = new FrameBuffer();
        written.Add(FrameType.Result, new FrameHeader { Id = 5 }, new ReadOnlySequence<byte>("null"u8.ToArray()));
        Assert.Equal("04000000080000000" + "4", Convert.ToHexString(written.Written.Span[..9]));
        Assert.Equal("{\"id\":5}null", Encoding.UTF8.GetString(written.Written.Span[9..]));
    }
}
