using System.IO.Pipelines;
using System.Security.Cryptography;
using Crank.Session.Controller;
using Crank.Session.Worker;
using static Crank.Session.Tests.Pair;

namespace Crank.Session.Tests;

public sealed class SessionTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_worker_introduces_itself_before_anything_runs()
    {
        await using var pair = await MakeAsync(EchoAsync);
        Assert.Equal(("tests", "1.2.3", "process+env"), (pair.Connection.Hello.Service, pair.Connection.Hello.Version, pair.Connection.Hello.Isolation));
        Assert.Equal("[\"a\"]"u8.ToArray(), pair.Connection.Hello.Capabilities.ToArray());
        Assert.Equal("[\"a\"]"u8.ToArray(), (await pair.Connection.DescribeAsync(Soon)).ToArray());
    }

    [Fact]
    public async Task A_thousand_invocations_at_once_each_get_their_own_answer()
    {
        var running = 0;
        var most = 0;
        await using var pair = await MakeAsync(
            async (invocation, token) =>
            {
                var now = Interlocked.Increment(ref running);
                int seen;
                while ((seen = most) < now && Interlocked.CompareExchange(ref most, now, seen) != seen)
                {
                }

                await Task.Yield();
                Interlocked.Decrement(ref running);
                return await EchoAsync(invocation, token);
            },
            maxInFlight: 16);
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => pair.Connection.InvokeAsync(Call($"[{i}]"), Soon)));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"[{i}]"), answers.Select(Text));
        Assert.InRange(most, 1, 16);
        Assert.Equal(0, pair.Connection.InFlight);
    }

    [Fact]
    public async Task Whoever_has_an_answer_finds_the_invocation_no_longer_in_flight()
    {
        await using var pair = await MakeAsync(EchoAsync);
        for (var i = 0; i < 2_000; i++)
        {
            await pair.Connection.InvokeAsync(Call(), Soon);
            Assert.Equal(0, pair.Connection.InFlight);
        }
    }

    [Fact]
    public async Task What_an_invocation_carries_arrives_and_what_it_meters_comes_back()
    {
        WorkerInvocation? seen = null;
        await using var pair = await MakeAsync((invocation, _) =>
        {
            seen = invocation;
            return Task.FromResult(Done("1", ("page", 12), ("job", 1)));
        });
        var result = await pair.Connection.InvokeAsync(
            new Invocation { Capability = "doc.convert", Version = "1.2.0", Input = "{\"x\":1}"u8.ToArray(), Deadline = TimeSpan.FromSeconds(3), TraceParent = Trace }, Soon);
        Assert.Equal(new Dictionary<string, long> { ["page"] = 12, ["job"] = 1 }, Assert.IsType<InvocationResult.Completed>(result).Units);
        Assert.Equal(("doc.convert", "1.2.0", TimeSpan.FromSeconds(3), Trace), (seen!.Capability, seen.Version, seen.Deadline!.Value, seen.TraceParent));
    }

    [Fact]
    public async Task A_health_check_that_throws_is_an_ill_worker_and_ends_no_job()
    {
        await using var pair = await MakeAsync(EchoAsync, health: () => throw new InvalidOperationException("secret"));
        var health = await pair.Connection.PingAsync(Soon).WaitAsync(TimeSpan.FromSeconds(30), Soon);
        Assert.Equal((false, "The health check failed with InvalidOperationException."), (health.Ok, health.Detail));
        Assert.Equal("{}", Text(await pair.Connection.InvokeAsync(Call(), Soon)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x")]
    public async Task What_is_no_trace_parent_is_not_sent(string text)
    {
        await using var pair = await MakeAsync(EchoAsync);
        await Assert.ThrowsAsync<ArgumentException>(() => pair.Connection.InvokeAsync(new Invocation { Capability = "x", Input = "1"u8.ToArray(), TraceParent = text }, Soon));
        Assert.Equal("{}", Text(await pair.Connection.InvokeAsync(Call(), Soon)));
    }

    [Fact]
    public async Task Units_that_no_header_could_carry_fail_their_own_invocation_alone()
    {
        (string, long)[][] bad =
        [
            [(new string('u', SessionLimits.MaxNameLength + 1), 1)],
            [("page", -1)],
            [.. Enumerable.Range(0, SessionLimits.MaxUnits).Select(i => ($"{new string('\u0001', 200)}{i}", 1L))],
        ];
        await using var pair = await MakeAsync((invocation, _) => Task.FromResult(Done("1", bad[int.Parse(invocation.Capability)])));
        for (var i = 0; i < bad.Length; i++)
        {
            var result = await pair.Connection.InvokeAsync(new Invocation { Capability = $"{i}", Input = "1"u8.ToArray() }, Soon).WaitAsync(TimeSpan.FromSeconds(30), Soon);
            Assert.Equal(InvocationErrors.Internal, Assert.IsType<InvocationResult.Failed>(result).Code);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SessionLimits.MaxChunkBytes)]
    [InlineData(SessionLimits.BlobWindowBytes + 1)]
    [InlineData(5_000_003)]
    public async Task Blobs_travel_both_ways_whole(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await using var pair = await MakeAsync(async (invocation, token) =>
        {
            await using var output = invocation.CreateBlob("application/octet-stream", "copy.bin");
            await invocation.OpenBlob(0).CopyToAsync(output, token);
            await output.CompleteAsync(token);
            return Done($"{output.BytesWritten}");
        });
        var received = new MemoryStream();
        OutputBlob? blob = null;
        var result = await pair.Connection.InvokeAsync(
            new Invocation
            {
                Capability = "copy",
                Input = "{}"u8.ToArray(),
                Blobs = [new InputBlob("k", length, _ => new ValueTask<Stream>(new MemoryStream(bytes)))],
                MaxOutputBytes = long.MaxValue,
                ReceiveBlob = async (output, token) =>
                {
                    blob = output;
                    await output.Content.CopyToAsync(received, token);
                },
            },
            Soon);
        Assert.Equal($"{length}", Text(result));
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(received.ToArray()));
        Assert.Equal((0, "application/octet-stream", "copy.bin"), (blob!.Number, blob.MediaType, blob.Name));
    }

    [Fact]
    public async Task Blobs_can_be_read_and_written_without_async_as_old_parsers_do()
    {
        var bytes = RandomNumberGenerator.GetBytes(700_000);
        await using var pair = await MakeAsync((invocation, _) =>
        {
            using var output = invocation.CreateBlob("application/octet-stream");
            invocation.OpenBlob(0).CopyTo(output);
            return Task.FromResult(CompleteAsync(output).AsTask().ContinueWith(_ => Done("1"), TaskScheduler.Default).GetAwaiter().GetResult());
        });
        var received = new MemoryStream();
        await pair.Connection.InvokeAsync(CopyOf(bytes, received), Soon);
        Assert.Equal(bytes, received.ToArray());
    }

    [Fact]
    public async Task A_blob_that_nobody_reads_is_never_opened()
    {
        await using var pair = await MakeAsync(EchoAsync);
        var opened = false;
        await pair.Connection.InvokeAsync(
            new Invocation { Capability = "x", Input = "1"u8.ToArray(), Blobs = [new InputBlob("k", 10, _ => { opened = true; return new ValueTask<Stream>(new MemoryStream(10)); })] }, Soon);
        Assert.False(opened);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task An_input_blob_that_is_not_as_long_as_declared_fails_its_invocation_alone(int really)
    {
        await using var pair = await MakeAsync(async (invocation, token) =>
        {
            if (invocation.Blobs.Count > 0) await invocation.OpenBlob(0).CopyToAsync(Stream.Null, token);
            return Done("1");
        });
        var failure = await Assert.ThrowsAsync<SessionException>(() => pair.Connection.InvokeAsync(
            new Invocation { Capability = "x", Input = "1"u8.ToArray(), Blobs = [new InputBlob("k", 10, _ => new ValueTask<Stream>(new MemoryStream(new byte[really])))] }, Soon));
        Assert.Equal(SessionFault.InputFailed, failure.Fault);
        Assert.Equal("1", Text(await pair.Connection.InvokeAsync(Call(), Soon)));
    }

    [Fact]
    public async Task Progress_arrives_in_order_before_the_answer()
    {
        await using var pair = await MakeAsync((invocation, _) =>
        {
            for (var i = 0; i <= 4; i++) invocation.Report(new ProgressReport(i / 4.0, $"step {i}"));
            return Task.FromResult(Done("1"));
        });
        var seen = new List<ProgressReport>();
        await pair.Connection.InvokeAsync(new Invocation { Capability = "x", Input = "1"u8.ToArray(), OnProgress = seen.Add }, Soon);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], seen.Select(p => p.Fraction));
        Assert.Equal("step 4", seen[4].Note);
    }

    [Fact]
    public async Task A_capability_that_says_no_is_told_from_one_that_broke()
    {
        await using var pair = await MakeAsync((invocation, _) =>
            invocation.Input.Length == 1 ? Task.FromResult<InvocationResult>(new InvocationResult.Failed("encrypted", "Give a password.", Retryable: false)) : throw new InvalidOperationException("secret detail"));
        Assert.Equal(new InvocationResult.Failed("encrypted", "Give a password.", false), await pair.Connection.InvokeAsync(Call("1"), Soon));
        var broke = Assert.IsType<InvocationResult.Failed>(await pair.Connection.InvokeAsync(Call("22"), Soon));
        Assert.Equal(InvocationErrors.Internal, broke.Code);
        Assert.DoesNotContain("secret", broke.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_at_once_and_frees_the_place_when_the_worker_stopped()
    {
        var started = new TaskCompletionSource();
        var mayStop = new TaskCompletionSource();
        await using var pair = await MakeAsync(
            async (invocation, token) =>
            {
                if (invocation.Input.Length == 1) return Done("quick");
                started.SetResult();
                await using var stop = token.Register(() => mayStop.SetResult());
                await mayStop.Task;
                token.ThrowIfCancellationRequested();
                return Done("never");
            },
            maxInFlight: 1);
        using var cancel = new CancellationTokenSource();
        var call = pair.Connection.InvokeAsync(Call("slow"), cancel.Token);
        await started.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("quick", Text(await pair.Connection.InvokeAsync(Call("1"), Soon)));
    }

    [Fact]
    public async Task An_output_past_its_cap_fails_that_invocation_and_no_other()
    {
        await using var pair = await MakeAsync(async (invocation, token) =>
        {
            if (invocation.Input.Length == 1) return Done("fine");
            await using var output = invocation.CreateBlob("x/y");
            await output.WriteAsync(new byte[10_000_000], token);
            await output.CompleteAsync(token);
            return Done("1");
        });
        var flood = CopyOf([], Stream.Null, maxOutput: 100_000);
        Assert.Equal(SessionFault.OutputTooLarge, (await Assert.ThrowsAsync<SessionException>(() => pair.Connection.InvokeAsync(flood, Soon))).Fault);
        Assert.Equal("fine", Text(await pair.Connection.InvokeAsync(Call("1"), Soon)));
        var json = new Invocation { Capability = "x", Input = "1"u8.ToArray(), MaxOutputBytes = 3 };
        Assert.Equal(SessionFault.OutputTooLarge, (await Assert.ThrowsAsync<SessionException>(() => pair.Connection.InvokeAsync(json, Soon))).Fault);
    }

    [Fact]
    public async Task A_result_too_large_for_the_session_is_a_typed_error()
    {
        await using var pair = await MakeAsync((_, _) => Task.FromResult(Done(new string(' ', SessionLimits.MaxJsonBytes + 1))));
        Assert.Equal(InvocationErrors.OutputTooLarge, Assert.IsType<InvocationResult.Failed>(await pair.Connection.InvokeAsync(Call(), Soon)).Code);
    }

    [Fact]
    public async Task A_result_with_a_blob_still_open_is_the_capabilitys_fault()
    {
        await using var pair = await MakeAsync((invocation, _) =>
        {
            invocation.CreateBlob("x/y").Dispose();
            return Task.FromResult(Done("1"));
        });
        Assert.Equal(InvocationErrors.Internal, Assert.IsType<InvocationResult.Failed>(await pair.Connection.InvokeAsync(CopyOf([], Stream.Null), Soon)).Code);
    }

    [Fact]
    public async Task A_receiver_that_fails_fails_its_invocation_with_its_own_error()
    {
        await using var pair = await MakeAsync(async (invocation, token) =>
        {
            await using var output = invocation.CreateBlob("x/y");
            await output.WriteAsync(new byte[1_000_000], token);
            await output.CompleteAsync(token);
            return Done("1");
        });
        var call = new Invocation { Capability = "x", Input = "1"u8.ToArray(), MaxOutputBytes = long.MaxValue, ReceiveBlob = (_, _) => throw new IOException("disk full") };
        Assert.Equal("disk full", (await Assert.ThrowsAsync<IOException>(() => pair.Connection.InvokeAsync(call, Soon))).Message);
    }

    [Fact]
    public async Task Health_is_what_the_worker_says()
    {
        await using var pair = await MakeAsync(EchoAsync, health: () => new WorkerHealth(false, "model missing"));
        Assert.Equal(new WorkerHealth(false, "model missing"), await pair.Connection.PingAsync(Soon));
    }

    [Fact]
    public async Task Closing_lets_what_is_in_flight_finish_and_takes_nothing_more()
    {
        var gate = new TaskCompletionSource();
        await using var pair = await MakeAsync(async (invocation, token) =>
        {
            await gate.Task;
            return await EchoAsync(invocation, token);
        });
        var call = pair.Connection.InvokeAsync(Call("1"), Soon);
        var closing = pair.Connection.CloseAsync(Soon);
        Assert.Equal(SessionFault.Closed, (await Assert.ThrowsAsync<SessionException>(() => pair.Connection.InvokeAsync(Call(), Soon))).Fault);
        gate.SetResult();
        Assert.Equal("1", Text(await call));
        await closing;
        await pair.Worker;
        Assert.Equal(SessionFault.Closed, (await pair.Connection.Ended).Fault);
    }

    [Fact]
    public async Task A_worker_that_asks_to_leave_finishes_what_runs()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var toWorker = new Pipe();
        var fromWorker = new Pipe();
        var endpoint = new WorkerEndpoint(new WorkerHello("tests", "1.2.3", "none", "[]"u8.ToArray(), "0.1.0"), async (invocation, token) =>
        {
            begun.SetResult();
            await go.Task;
            return await Pair.EchoAsync(invocation, token);
        });
        var worker = Task.Run(() => endpoint.RunAsync(toWorker.Reader.AsStream(), fromWorker.Writer.AsStream()));
        await using var connection = await WorkerConnection.ConnectAsync(fromWorker.Reader.AsStream(), toWorker.Writer.AsStream(), 4, TestContext.Current.CancellationToken);
        Assert.Equal("0.1.0", connection.Hello.Sdk);
        var call = connection.InvokeAsync(Pair.Call("7"), TestContext.Current.CancellationToken);
        await begun.Task;

        endpoint.Leave();
        endpoint.Leave();
        await connection.Leaving;
        var close = connection.CloseAsync(TestContext.Current.CancellationToken);
        go.SetResult();

        Assert.Equal("7", Pair.Text(await call));
        await close;
        await worker;
        Assert.Equal(SessionFault.Closed, (await connection.Ended).Fault);
    }

    [Fact]
    public async Task When_the_controller_vanishes_the_worker_is_told_and_its_work_cancelled()
    {
        var stopped = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var pair = await MakeAsync(async (_, token) =>
        {
            token.Register(() => stopped.SetResult());
            started.SetResult();
            await stopped.Task;
            return Done("1");
        });
        var call = pair.Connection.InvokeAsync(Call(), Soon);
        await started.Task;
        await pair.DisposeAsync();
        Assert.Equal(SessionFault.Closed, (await Assert.ThrowsAsync<SessionException>(() => call)).Fault);
        Assert.Equal(SessionFault.PeerGone, (await Assert.ThrowsAsync<SessionException>(() => pair.Worker)).Fault);
        await stopped.Task;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(SessionLimits.MaxInvocations + 1)]
    public async Task The_number_in_flight_has_bounds(int maxInFlight) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => WorkerConnection.ConnectAsync(Stream.Null, Stream.Null, maxInFlight, Soon));

    [Fact]
    public async Task An_input_past_the_maximum_is_refused_before_it_is_sent()
    {
        await using var pair = await MakeAsync(EchoAsync);
        var call = new Invocation { Capability = "x", Input = new byte[SessionLimits.MaxJsonBytes + 1] };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pair.Connection.InvokeAsync(call, Soon));
        Assert.Equal("{}", Text(await pair.Connection.InvokeAsync(Call(), Soon)));
    }

    private static ValueTask CompleteAsync(BlobWriter writer) => writer.CompleteAsync();

    private static Invocation CopyOf(byte[] bytes, Stream received, long maxOutput = long.MaxValue) => new()
    {
        Capability = "copy",
        Input = "{}"u8.ToArray(),
        Blobs = [new InputBlob("k", bytes.Length, _ => new ValueTask<Stream>(new MemoryStream(bytes)))],
        MaxOutputBytes = maxOutput,
        ReceiveBlob = (output, token) => output.Content.CopyToAsync(received, token),
    };
}
