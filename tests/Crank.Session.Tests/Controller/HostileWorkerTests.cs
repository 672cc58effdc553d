using Crank.Session.Controller;
using Crank.Session.Frames;

namespace Crank.Session.Tests.Controller;

public sealed class HostileWorkerTests
{
    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public static TheoryData<string> Crimes => [.. Scripts.Keys];

    private static Dictionary<string, Func<ScriptedPeer, Task>> Scripts { get; } = new(StringComparer.Ordinal)
    {
        ["a result for an invocation that is not in flight"] = peer => peer.SayAsync(FrameType.Result, new FrameHeader { Id = 2 }, "1"),
        ["the same result twice"] = async peer =>
        {
            await peer.SayAsync(FrameType.Result, new FrameHeader { Id = 1 }, "1");
            await peer.SayAsync(FrameType.Result, new FrameHeader { Id = 1 }, "1");
        },
        ["a second hello"] = peer => peer.HelloAsync(),
        ["a frame only a controller sends"] = peer => peer.SayAsync(FrameType.Cancel, new FrameHeader { Id = 1 }),
        ["a chunk of a blob never opened"] = peer => peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 1, Blob = 0 }, "x"),
        ["a blob opened out of turn"] = peer => peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 1, MediaType = "x/y" }),
        ["a fifth blob open at once"] = async peer =>
        {
            for (var i = 0; i < 5; i++) await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = i, MediaType = "x/y" });
        },
        ["a flood beyond its credit"] = async peer =>
        {
            await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
            for (var i = 0; i < 6; i++) await peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 1, Blob = 0 }, new byte[SessionLimits.MaxChunkBytes]);
        },
        ["an empty chunk"] = async peer =>
        {
            await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
            await peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 1, Blob = 0 });
        },
        ["a blob whose total is not its sum"] = async peer =>
        {
            await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
            await peer.SayAsync(FrameType.BlobEnd, new FrameHeader { Id = 1, Blob = 0, Bytes = 7 });
        },
        ["a blob that ends twice"] = async peer =>
        {
            await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
            await peer.SayAsync(FrameType.BlobEnd, new FrameHeader { Id = 1, Blob = 0, Bytes = 0 });
            await peer.SayAsync(FrameType.BlobEnd, new FrameHeader { Id = 1, Blob = 0, Bytes = 0 });
        },
        ["a result while a blob is open"] = async peer =>
        {
            await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
            await peer.SayAsync(FrameType.Result, new FrameHeader { Id = 1 }, "1");
        },
        ["credit for an input that does not exist"] = peer => peer.SayAsync(FrameType.Credit, new FrameHeader { Id = 1, Blob = 0, Bytes = 1 }),
        ["progress without end"] = async peer =>
        {
            for (var i = 0; i <= SessionLimits.MaxProgressEvents; i++) await peer.SayAsync(FrameType.Progress, new FrameHeader { Id = 1, Fraction = 0.5 });
        },
        ["an answer to a ping nobody sent"] = peer => peer.SayAsync(FrameType.Pong, new FrameHeader { Nonce = 9, Ok = true }),
        ["a description nobody asked for"] = peer => peer.SayAsync(FrameType.Description, default, "[]"),
        ["bye without a close"] = peer => peer.SayAsync(FrameType.Bye, default),
        ["leaving twice"] = async peer =>
        {
            await peer.SayAsync(FrameType.Leave, default);
            await peer.SayAsync(FrameType.Leave, default);
        },
        ["an unknown frame type"] = async peer => await peer.SayRawAsync(new byte[] { 99, 0, 0, 0, 2, 0, 0, 0, 0, (byte)'{', (byte)'}' }),
        ["a negative length"] = async peer => await peer.SayRawAsync(new byte[] { 4, 0xff, 0xff, 0xff, 0xff }),
        ["a length of two gigabytes"] = async peer => await peer.SayRawAsync(new byte[] { 4, 0, 0, 0, 2, 0x7f, 0xff, 0xff, 0xff }),
        ["words meant for a log"] = async peer => await peer.SayRawAsync("Loading model...\n"u8.ToArray()),
    };

    [Theory]
    [MemberData(nameof(Crimes))]
    public async Task A_violation_ends_the_session_and_fails_what_is_in_flight(string crime)
    {
        var (peer, connection) = await ConnectAsync();
        var call = connection.InvokeAsync(AnInvocation(), Soon);
        await peer.HearAsync(FrameType.Invoke);
        try
        {
            await Scripts[crime](peer);
        }
        catch (InvalidOperationException)
        {
            // The session closed its end in the middle of the crime.
        }

        var over = await connection.Ended.WaitAsync(TimeSpan.FromSeconds(30), Soon);
        Assert.Equal(SessionFault.ProtocolViolation, over.Fault);
        var outcome = await Record.ExceptionAsync(() => call);
        if (crime != "the same result twice") Assert.Equal(SessionFault.ProtocolViolation, Assert.IsType<SessionException>(outcome).Fault);
        Assert.Equal(SessionFault.ProtocolViolation, (await Assert.ThrowsAsync<SessionException>(() => connection.InvokeAsync(AnInvocation(), Soon))).Fault);
    }

    [Fact]
    public async Task A_worker_that_vanishes_fails_what_is_in_flight_and_what_waits()
    {
        var (peer, connection) = await ConnectAsync(maxInFlight: 1);
        var running = connection.InvokeAsync(AnInvocation(), Soon);
        var waiting = connection.InvokeAsync(AnInvocation(), Soon);
        var ping = connection.PingAsync(Soon);
        peer.Hang();
        Assert.Equal(SessionFault.PeerGone, (await Assert.ThrowsAsync<SessionException>(() => running)).Fault);
        Assert.Equal(SessionFault.PeerGone, (await Assert.ThrowsAsync<SessionException>(() => waiting)).Fault);
        Assert.Equal(SessionFault.PeerGone, (await Assert.ThrowsAsync<SessionException>(() => ping)).Fault);
    }

    [Fact]
    public async Task A_worker_that_vanishes_inside_a_frame_is_gone_too()
    {
        var (peer, connection) = await ConnectAsync();
        await peer.SayRawAsync(new byte[] { 4, 0, 0, 0, 8, 0, 0 });
        peer.Hang();
        Assert.Equal(SessionFault.PeerGone, (await connection.Ended.WaitAsync(Soon)).Fault);
    }

    [Fact]
    public async Task A_worker_that_vanishes_inside_a_blob_never_gives_half_a_blob_for_a_whole_one()
    {
        var (peer, connection) = await ConnectAsync();
        var received = new TaskCompletionSource<Exception?>();
        var call = connection.InvokeAsync(
            new Invocation
            {
                Capability = "x",
                Input = "1"u8.ToArray(),
                ReceiveBlob = async (output, token) => received.SetResult(await Record.ExceptionAsync(() => output.Content.CopyToAsync(Stream.Null, token))),
            },
            Soon);
        await peer.HearAsync(FrameType.Invoke);
        await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
        await peer.HearAsync(FrameType.Credit);
        await peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 1, Blob = 0 }, "half");
        peer.Hang();
        Assert.NotNull(await received.Task.WaitAsync(Soon));
        await Assert.ThrowsAsync<SessionException>(() => call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_protocol_or_another_first_frame_makes_no_session(bool otherFrame)
    {
        var peer = new ScriptedPeer();
        var connecting = WorkerConnection.ConnectAsync(peer.TheirInput, peer.TheirOutput, 1, Soon);
        if (otherFrame) await peer.SayAsync(FrameType.Pong, new FrameHeader { Nonce = 1, Ok = true });
        else await peer.SayAsync(FrameType.Hello, new FrameHeader { Protocol = "crank-session/2", Service = "s", Version = "1", Isolation = "" }, "[]");
        Assert.Equal(SessionFault.HandshakeFailed, (await Assert.ThrowsAsync<SessionException>(() => connecting)).Fault);
    }

    [Fact]
    public async Task A_worker_that_says_nothing_is_given_up_when_the_caller_says_so()
    {
        var peer = new ScriptedPeer();
        using var patience = new CancellationTokenSource();
        var connecting = WorkerConnection.ConnectAsync(peer.TheirInput, peer.TheirOutput, 1, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Frames_of_a_cancelled_invocation_are_dropped_until_its_last_one()
    {
        var (peer, connection) = await ConnectAsync(maxInFlight: 1);
        using var cancel = new CancellationTokenSource();
        var call = connection.InvokeAsync(AnInvocation(), cancel.Token);
        await peer.HearAsync(FrameType.Invoke);
        await cancel.CancelAsync();
        await peer.HearAsync(FrameType.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await peer.SayAsync(FrameType.Progress, new FrameHeader { Id = 1, Fraction = 0.1 });
        await peer.SayAsync(FrameType.BlobOpen, new FrameHeader { Id = 1, Blob = 0, MediaType = "x/y" });
        Assert.Equal(1, connection.InFlight);
        await peer.SayAsync(FrameType.Error, new FrameHeader { Id = 1, Code = "cancelled", Message = "", Retryable = true });
        var next = connection.InvokeAsync(AnInvocation(), Soon);
        await peer.HearAsync(FrameType.Invoke);
        await peer.SayAsync(FrameType.Result, new FrameHeader { Id = 2 }, "2");
        Assert.Equal("2", Pair.Text(await next));
    }

    [Fact]
    public async Task A_worker_that_does_not_read_its_input_keeps_no_caller_from_giving_up()
    {
        var (_, connection) = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 4)
            .Select(_ => connection.InvokeAsync(new Invocation { Capability = "x", Input = new byte[SessionLimits.MaxJsonBytes] }, cancel.Token))
            .ToArray();
        await cancel.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30), Soon));
    }

    private static Invocation AnInvocation() => new()
    {
        Capability = "x",
        Input = "1"u8.ToArray(),
        MaxOutputBytes = long.MaxValue,
        ReceiveBlob = async (output, token) =>
        {
            _ = await output.Content.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, token);   // asks for one window and no more
            await Task.Delay(Timeout.Infinite, token);
        },
    };

    private static async Task<(ScriptedPeer Peer, WorkerConnection Connection)> ConnectAsync(int maxInFlight = 8)
    {
        var peer = new ScriptedPeer();
        await peer.HelloAsync();
        var connection = await WorkerConnection.ConnectAsync(peer.TheirInput, peer.TheirOutput, maxInFlight, Soon);
        Assert.Equal(maxInFlight, (await peer.HearAsync(FrameType.Welcome)).Invocations);
        return (peer, connection);
    }
}
