using Crank.Session.Frames;
using Crank.Session.Worker;

namespace Crank.Session.Tests.Worker;

public sealed class HostileControllerTests
{
    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public static TheoryData<string> Crimes => [.. Scripts.Keys];

    private static Dictionary<string, Func<ScriptedPeer, Task>> Scripts { get; } = new(StringComparer.Ordinal)
    {
        ["the same invocation twice"] = peer => peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 5, Capability = "wait" }, "1"),
        ["a number that goes back"] = peer => peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 4, Capability = "wait" }, "1"),
        ["more invocations than it agreed"] = async peer =>
        {
            for (var id = 6; id < 9; id++) await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = id, Capability = "wait" }, "1");
        },
        ["a cancel of what never began"] = peer => peer.SayAsync(FrameType.Cancel, new FrameHeader { Id = 6 }),
        ["a chunk nobody asked for"] = peer => peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 5, Blob = 0 }, "x"),
        ["a chunk of a blob it did not announce"] = peer => peer.SayAsync(FrameType.Chunk, new FrameHeader { Id = 5, Blob = 1 }, "x"),
        ["a blob shorter than announced"] = peer => peer.SayAsync(FrameType.BlobEnd, new FrameHeader { Id = 5, Blob = 0, Bytes = 0 }),
        ["credit for a blob that was never opened"] = peer => peer.SayAsync(FrameType.Credit, new FrameHeader { Id = 5, Blob = 0, Bytes = 1 }),
        ["a second welcome"] = peer => peer.WelcomeAsync(),
        ["an invocation after the close"] = async peer =>
        {
            await peer.SayAsync(FrameType.Close, default);
            await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 6, Capability = "wait" }, "1");
        },
        ["an unknown frame type"] = async peer => await peer.SayRawAsync(new byte[] { 0 }),
    };

    [Theory]
    [MemberData(nameof(Crimes))]
    public async Task A_violation_ends_the_worker_and_cancels_its_work(string crime)
    {
        var peer = new ScriptedPeer();
        var cancelled = new TaskCompletionSource();
        var session = StartAsync(peer, cancelled);
        await peer.HearAsync(FrameType.Hello);
        await peer.WelcomeAsync(invocations: 2);
        await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 5, Capability = "wait", Blobs = [new BlobAnnouncement("k", 3)] }, "1");
        await peer.HearAsync(FrameType.Progress);
        await Scripts[crime](peer);
        Assert.Equal(SessionFault.ProtocolViolation, (await Assert.ThrowsAsync<SessionException>(() => session.WaitAsync(TimeSpan.FromSeconds(30), Soon))).Fault);
        await cancelled.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task Work_before_the_welcome_is_refused()
    {
        var peer = new ScriptedPeer();
        var session = StartAsync(peer, new TaskCompletionSource());
        await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 1, Capability = "wait" }, "1");
        Assert.Equal(SessionFault.HandshakeFailed, (await Assert.ThrowsAsync<SessionException>(() => session.WaitAsync(TimeSpan.FromSeconds(30), Soon))).Fault);
    }

    [Fact]
    public async Task More_credit_than_anyone_can_mean_is_refused()
    {
        var peer = new ScriptedPeer();
        var endpoint = new WorkerEndpoint(new WorkerHello("s", "1", "", default), async (invocation, token) =>
        {
            await using var output = invocation.CreateBlob("x/y");
            await output.WriteAsync(new byte[SessionLimits.MaxChunkBytes], token);
            return Pair.Done("1");
        });
        var session = endpoint.RunAsync(peer.TheirInput, peer.TheirOutput, Soon);
        await peer.WelcomeAsync();
        await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 1, Capability = "x" }, "1");
        await peer.HearAsync(FrameType.Hello);
        await peer.HearAsync(FrameType.BlobOpen);
        await peer.SayAsync(FrameType.Credit, new FrameHeader { Id = 1, Blob = 0, Bytes = long.MaxValue });
        Assert.Equal(SessionFault.ProtocolViolation, (await Assert.ThrowsAsync<SessionException>(() => session.WaitAsync(TimeSpan.FromSeconds(30), Soon))).Fault);
    }

    [Fact]
    public async Task A_late_cancel_of_what_has_ended_is_no_offence()
    {
        var peer = new ScriptedPeer();
        var session = new WorkerEndpoint(new WorkerHello("s", "1", "", default), Pair.EchoAsync).RunAsync(peer.TheirInput, peer.TheirOutput, Soon);
        await peer.HearAsync(FrameType.Hello);
        await peer.WelcomeAsync();
        await peer.SayAsync(FrameType.Invoke, new FrameHeader { Id = 1, Capability = "x" }, "1");
        await peer.HearAsync(FrameType.Result);
        await peer.SayAsync(FrameType.Cancel, new FrameHeader { Id = 1 });
        await peer.SayAsync(FrameType.Ping, new FrameHeader { Nonce = 3 });
        Assert.Equal(3, (await peer.HearAsync(FrameType.Pong)).Nonce);
        await peer.SayAsync(FrameType.Close, default);
        await peer.HearAsync(FrameType.Bye);
        await session;
    }

    private static Task StartAsync(ScriptedPeer peer, TaskCompletionSource cancelled) =>
        new WorkerEndpoint(new WorkerHello("s", "1", "", default), async (invocation, token) =>
        {
            token.Register(() => cancelled.TrySetResult());
            invocation.Report(new ProgressReport(0, null));
            await cancelled.Task;
            return Pair.Done("1");
        }).RunAsync(peer.TheirInput, peer.TheirOutput, Soon);
}
