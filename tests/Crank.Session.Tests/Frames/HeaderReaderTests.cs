using System.Buffers;
using System.Text;
using Crank.Session.Frames;
using CsCheck;

namespace Crank.Session.Tests.Frames;

public sealed class HeaderReaderTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char['\u0020', '\u2fff'], 0, 40];

    [Fact]
    public void An_invoke_header_comes_back_as_it_was_written() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Name, Name.Null(), Gen.Select(Name, Gen.Long[0, long.MaxValue]).Array[1, 8], Gen.Long[1, 86_400_000]).Sample((id, capability, version, blobs, deadline) =>
        {
            var sent = new FrameHeader { Id = id, Capability = capability, Version = version, Blobs = [.. blobs.Select(b => new BlobAnnouncement(b.Item1, b.Item2))], DeadlineMs = deadline };
            var back = RoundTrip(FrameType.Invoke, sent);
            Assert.Equal(sent.Blobs, back.Blobs);
            Assert.Equal(sent with { Blobs = null }, back with { Blobs = null });
        });

    [Fact]
    public void An_error_header_comes_back_as_it_was_written() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Name, Name, Gen.Bool).Sample((id, code, message, retryable) =>
        {
            var sent = new FrameHeader { Id = id, Code = code, Message = message, Retryable = retryable };
            return RoundTrip(FrameType.Error, sent) == sent;
        });

    [Theory]
    [InlineData(FrameType.Cancel, "{}")]
    [InlineData(FrameType.Cancel, "[]")]
    [InlineData(FrameType.Cancel, "null")]
    [InlineData(FrameType.Cancel, "{\"id\":0}")]
    [InlineData(FrameType.Cancel, "{\"id\":-1}")]
    [InlineData(FrameType.Cancel, "{\"id\":1.5}")]
    [InlineData(FrameType.Cancel, "{\"id\":9223372036854775808}")]
    [InlineData(FrameType.Cancel, "{\"id\":\"1\"}")]
    [InlineData(FrameType.Cancel, "{\"id\":1,\"id\":1}")]
    [InlineData(FrameType.Cancel, "{\"id\":1,\"extra\":1}")]
    [InlineData(FrameType.Cancel, "{\"id\":1,\"code\":\"x\"}")]
    [InlineData(FrameType.Cancel, "{\"id\":1}{}")]
    [InlineData(FrameType.Cancel, "{\"id\":1")]
    [InlineData(FrameType.Cancel, "{\"id\":1,}")]
    [InlineData(FrameType.Chunk, "{\"id\":1,\"blob\":64}")]
    [InlineData(FrameType.Chunk, "{\"id\":1,\"blob\":-1}")]
    [InlineData(FrameType.Credit, "{\"id\":1,\"blob\":0,\"bytes\":-1}")]
    [InlineData(FrameType.Progress, "{\"id\":1,\"fraction\":1.01}")]
    [InlineData(FrameType.Progress, "{\"id\":1,\"fraction\":-0.1}")]
    [InlineData(FrameType.Progress, "{\"id\":1,\"fraction\":1e999}")]
    [InlineData(FrameType.Error, "{\"id\":1,\"code\":null,\"message\":\"\",\"retryable\":true}")]
    [InlineData(FrameType.Error, "{\"id\":1,\"code\":\"x\",\"message\":\"\",\"retryable\":\"yes\"}")]
    [InlineData(FrameType.Result, "{\"id\":1,\"units\":{\"page\":-1}}")]
    [InlineData(FrameType.Result, "{\"id\":1,\"units\":{\"page\":1,\"page\":2}}")]
    [InlineData(FrameType.Result, "{\"id\":1,\"units\":[]}")]
    [InlineData(FrameType.Invoke, "{\"id\":1,\"capability\":\"c\",\"blobs\":[{\"key\":\"k\"}]}")]
    [InlineData(FrameType.Invoke, "{\"id\":1,\"capability\":\"c\",\"blobs\":[{\"key\":\"k\",\"length\":1,\"key\":\"k\"}]}")]
    [InlineData(FrameType.Invoke, "{\"id\":1,\"capability\":\"c\",\"blobs\":[1]}")]
    [InlineData(FrameType.Invoke, "{\"id\":1,\"capability\":\"c\",\"deadlineMs\":0}")]
    [InlineData(FrameType.Welcome, "{\"protocol\":\"crank-session/1\",\"invocations\":1025}")]
    [InlineData(FrameType.Pong, "{\"nonce\":1,\"ok\":true,\"detail\":\"\\ud800\"}")]
    public void A_header_that_breaks_the_table_is_a_violation(FrameType type, string json) =>
        Assert.Equal(SessionFault.ProtocolViolation, Assert.Throws<SessionException>(() => Read(type, json)).Fault);

    [Fact]
    public void Names_blobs_and_units_past_their_maximum_are_refused()
    {
        var longName = new string('x', SessionLimits.MaxNameLength + 1);
        var manyUnits = string.Join(',', Enumerable.Range(0, SessionLimits.MaxUnits + 1).Select(i => $"\"u{i}\":1"));
        var manyBlobs = string.Join(',', Enumerable.Range(0, SessionLimits.MaxBlobs + 1).Select(i => $"{{\"key\":\"{i}\",\"length\":1}}"));
        Assert.Throws<SessionException>(() => Read(FrameType.Invoke, $$"""{"id":1,"capability":"{{longName}}"}"""));
        Assert.Throws<SessionException>(() => Read(FrameType.Result, "{\"id\":1,\"units\":{" + manyUnits + "}}"));
        Assert.Throws<SessionException>(() => Read(FrameType.Invoke, "{\"id\":1,\"capability\":\"c\",\"blobs\":[" + manyBlobs + "]}"));
    }

    [Fact]
    public void The_protocol_document_and_the_code_have_the_same_table()
    {
        var document = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "session-protocol.md"));
        foreach (var type in Enum.GetValues<FrameType>())
        {
            var row = Assert.Single(document, line => line.StartsWith($"| {(byte)type} | `", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
            Assert.Equal(CamelCase(type.ToString()), row[2].Trim('`'));
            Assert.Equal(Names(HeaderRules.Required(type)), Words(row[4]));
            Assert.Equal(Names(HeaderRules.Allowed(type) & ~HeaderRules.Required(type)), Words(row[5]));
        }
    }

    private static IEnumerable<string> Names(HeaderFields fields) =>
        Enum.GetValues<HeaderFields>().Where(f => f != HeaderFields.None && fields.HasFlag(f)).Select(f => CamelCase(f.ToString())).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Words(string cell) =>
        cell.Split([',', ' ', '`', '—'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static FrameHeader Read(FrameType type, string json) => HeaderReader.Read(type, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));

    private static FrameHeader RoundTrip(FrameType type, FrameHeader header)
    {
        var written = new FrameBuffer();
        written.Add(type, header, default);
        var buffer = new ReadOnlySequence<byte>(written.Written);
        Assert.True(FrameParser.TryRead(ref buffer, out var frame));
        return HeaderReader.Read(type, frame.Header);
    }
}
