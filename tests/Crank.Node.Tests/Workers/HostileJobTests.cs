using Crank.Confinement;
using Crank.Core;
using Crank.Node.Workers;

namespace Crank.Node.Tests.Workers;

/// <summary>Each way in which a job can hurt its worker, the reason it is ended with, and the next job, which must not notice.</summary>
public sealed class HostileJobTests
{
    /// <summary>So patient that a loaded machine does not pass for a worker that will not stop.</summary>
    private static readonly WorkerSettings Patient = new() { MaxWorkers = 1, Grace = TimeSpan.FromSeconds(10) };

    public HostileJobTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The walls are those of Linux.");

    [Theory]
    [InlineData("stack", "", KillReason.WorkerExit, 134)]
    [InlineData("file", "100", KillReason.WorkerExit, 153)]
    [InlineData("exit", "137", KillReason.WorkerExit, 137)]
    [InlineData("flood", "1024", KillReason.Protocol, 137, 1)] // Nobody reads it any more: it may end by itself before the kill arrives.
    public async Task A_job_that_ends_its_worker_is_told_how_and_the_next_job_gets_a_fresh_one(string attack, string size, KillReason reason, params int[] codes)
    {
        await using var pool = HostilePool.Start();
        var killed = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync(attack, size));
        Assert.Equal((reason, "hostile-1"), (killed.Reason, killed.Usage.Worker?.Value));
        Assert.Contains(killed.ExitCode ?? -1, codes);
        var next = await pool.RunAsync("echo", "well");
        Assert.Equal(("well", "hostile-2"), (next.Answer(), HostilePool.UsageOf(next).Worker?.Value));
    }

    [Fact]
    public async Task An_endless_loop_is_killed_at_its_deadline()
    {
        await using var pool = HostilePool.Start();
        await pool.DescribeAsync(TestContext.Current.CancellationToken);
        var killed = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync(HostilePool.Job("loop") with { Deadline = TimeSpan.FromMilliseconds(400) }, TestContext.Current.CancellationToken));
        Assert.Equal((KillReason.Deadline, 137), (killed.Reason, killed.ExitCode));
        Assert.InRange(killed.Usage.Wall.Time.TotalMilliseconds, 400, 60_000);
        Assert.InRange(killed.Usage.Cpu.Time.TotalMilliseconds, 1, killed.Usage.Wall.Time.TotalMilliseconds * Environment.ProcessorCount);
        Assert.Equal("well", (await pool.RunAsync("echo", "well")).Answer());
    }

    [Fact]
    public async Task Cpu_time_ends_a_loop_that_has_time_left()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 1, CpuSeconds = 1 });
        var killed = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync("loop"));
        Assert.Equal((KillReason.WorkerExit, 137), (killed.Reason, killed.ExitCode));
    }

    [Fact]
    public async Task A_job_that_stops_when_it_is_told_keeps_its_worker()
    {
        await using var pool = HostilePool.Start(Patient);
        await pool.DescribeAsync(TestContext.Current.CancellationToken);
        var late = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync(HostilePool.Job("obedient") with { Deadline = TimeSpan.FromMilliseconds(100) }, TestContext.Current.CancellationToken));
        Assert.Equal((KillReason.Deadline, null), (late.Reason, late.ExitCode));
        Assert.Equal("hostile-1", HostilePool.UsageOf(await pool.RunAsync("echo", "")).Worker?.Value);
    }

    [Theory]
    [InlineData("obedient", "hostile-1")]
    [InlineData("loop", "hostile-2")]
    public async Task A_cancelled_job_ends_and_its_worker_too_if_it_does_not_stop(string attack, string nextWorker)
    {
        await using var pool = HostilePool.Start(attack == "loop" ? null : Patient);
        await pool.DescribeAsync(TestContext.Current.CancellationToken);
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var running = pool.RunAsync(HostilePool.Job(attack) with { OnProgress = _ => begun.TrySetResult() }, cancel.Token);
        await begun.Task;
        await cancel.CancelAsync();
        Assert.IsType<WorkerResult.Cancelled>(await running);
        Assert.Equal(nextWorker, HostilePool.UsageOf(await pool.RunAsync("echo", "")).Worker?.Value);
    }

    [Fact]
    public async Task Output_beyond_its_maximum_ends_the_job()
    {
        await using var pool = HostilePool.Start();
        long received = 0;
        var job = HostilePool.Job("blob", "1024") with
        {
            ReceiveBlob = async (blob, cancelled) =>
            {
                var buffer = new byte[65536];
                for (int read; (read = await blob.Content.ReadAsync(buffer, cancelled)) > 0;) received += read;
            },
        };
        var killed = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync(job, TestContext.Current.CancellationToken));
        Assert.Equal(KillReason.OutputCap, killed.Reason);
        Assert.InRange(received, 0, job.MaxOutputBytes + (1 << 20));
    }

    [Fact]
    public async Task Managed_memory_that_runs_out_fails_the_job_with_an_error_that_the_worker_survives()
    {
        await using var pool = HostilePool.Start();
        var failed = Assert.IsType<WorkerResult.Failed>(await pool.RunAsync("managed-uncaught", "700"));
        Assert.Equal("internal", failed.Code);
        Assert.InRange(failed.Usage.PeakMemory.Value, 100L << 20, 512L << 20);
        Assert.Equal("well", (await pool.RunAsync("echo", "well")).Answer());
    }

    [Fact]
    public async Task Native_memory_that_runs_out_costs_the_job_and_maybe_the_worker_but_never_more_than_its_memory()
    {
        // Whoever asks next for memory is refused: the job, which then fails, or the runtime, which then ends.
        await using var pool = HostilePool.Start();
        var result = await pool.RunAsync("native", "700");
        Assert.True(result is WorkerResult.Failed { Code: "internal" } or WorkerResult.Killed { Reason: KillReason.WorkerExit, ExitCode: 134 }, result.ToString());
        Assert.InRange(HostilePool.UsageOf(result).PeakMemory.Value, 300L << 20, 512L << 20);
        var next = await pool.RunAsync("echo", "well");
        Assert.Equal(("well", "hostile-2"), (next.Answer(), HostilePool.UsageOf(next).Worker?.Value));
    }

    [Fact]
    public async Task The_watch_ends_a_worker_whose_memory_no_limit_counts_and_without_it_the_memory_is_had()
    {
        // Shared memory: refused by the filter, not counted by the limits; with neither filter nor watch it is simply given.
        var layers = ConfinementLayers.All & ~ConfinementLayers.Seccomp;
        var settings = new WorkerSettings { MaxWorkers = 1, MinIsolation = IsolationLevel.Weak, MemoryBytes = 256L << 20 };
        await using (var watched = HostilePool.Start(settings with { Layers = layers }))
        {
            var killed = Assert.IsType<WorkerResult.Killed>(await watched.RunAsync(HostilePool.Job("shared", "1500") with { MinIsolation = IsolationLevel.Weak }, TestContext.Current.CancellationToken));
            Assert.Equal((KillReason.Watchdog, 137), (killed.Reason, killed.ExitCode));
            Assert.InRange(killed.Usage.PeakMemory.Value, 256L << 20, 1024L << 20);
        }

        await using var blind = HostilePool.Start(settings with { Layers = layers & ~ConfinementLayers.Watchdog });
        var result = await blind.RunAsync(HostilePool.Job("shared", "500") with { MinIsolation = IsolationLevel.Weak }, TestContext.Current.CancellationToken);
        Assert.Equal("allocated 500", result.Answer());
        Assert.Matches("^process\\+env\\+rlimits\\+gc-limit\\+landlock-[0-9]+$", HostilePool.UsageOf(result).Isolation.Value);
    }

    [Fact]
    public async Task What_a_dying_worker_says_is_cut_and_cannot_steer_a_terminal()
    {
        await using var pool = HostilePool.Start();
        var killed = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync("shout"));
        Assert.Equal(3, killed.ExitCode);
        Assert.Contains("\\u001B[31mlast words", killed.Message, StringComparison.Ordinal);
        Assert.InRange(killed.Message.Length, 0, 3_000);
    }

    [Fact]
    public async Task A_declared_error_passes_with_its_text_made_safe()
    {
        await using var pool = HostilePool.Start();
        var failed = Assert.IsType<WorkerResult.Failed>(await pool.RunAsync("refuse"));
        Assert.Equal(("not-today", "No.\\u001B[2J", false), (failed.Code, failed.Message, failed.Retryable));
    }

    [Fact]
    public async Task An_input_blob_reaches_the_worker_and_one_that_cannot_be_read_fails_its_job()
    {
        await using var pool = HostilePool.Start();
        var job = HostilePool.Job("input") with { Blobs = [new("in", 5, _ => ValueTask.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())))] };
        Assert.Equal("bytes", (await pool.RunAsync(job, TestContext.Current.CancellationToken)).Answer());
        var broken = job with { Blobs = [new("in", 5, _ => throw new IOException("gone"))] };
        Assert.Equal(WorkerErrors.Input, Assert.IsType<WorkerResult.Failed>(await pool.RunAsync(broken, TestContext.Current.CancellationToken)).Code);
    }
}
