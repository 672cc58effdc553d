using System.Diagnostics;
using System.Globalization;
using Crank.Core;
using Crank.Node.Workers;

namespace Crank.Node.Tests.Workers;

public sealed class PoolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public PoolTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The walls are those of Linux.");

    [Fact]
    public async Task A_worker_is_kept_warm_and_its_isolation_is_what_was_proved()
    {
        await using var pool = HostilePool.Start();
        pool.Prewarm();
        Assert.Equal("[]"u8.ToArray(), (await pool.DescribeAsync(Stop)).ToArray());
        for (var i = 0; i < 5; i++)
        {
            var result = await pool.RunAsync("echo", $"{i}");
            Assert.Equal($"{i}", result.Answer());
            var usage = HostilePool.UsageOf(result);
            Assert.Equal(("hostile-1", pool.Isolation?.Value), (usage.Worker?.Value, usage.Isolation.Value));
            Assert.InRange(usage.Cpu.Time, TimeSpan.Zero, usage.Wall.Time * Environment.ProcessorCount);
            Assert.InRange(usage.PeakMemory.Value, 1 << 20, 512L << 20);
        }

        Assert.Equal(IsolationLevel.Strong, pool.Isolation?.Level);
        Assert.Matches("^process\\+env\\+rlimits\\+gc-limit\\+watchdog\\+seccomp\\+landlock-[0-9]+$", pool.Isolation?.Value);
        Assert.Empty(pool.Missing);
    }

    [Fact]
    public async Task Concurrent_jobs_share_a_worker_and_their_answers_are_their_own()
    {
        await using var pool = HostilePool.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => pool.RunAsync(HostilePool.Job("echo", $"{i}") with { Concurrent = true }, Stop)));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers.Select(answer => answer.Answer()));
        Assert.All(answers, answer => Assert.Equal("hostile-1", HostilePool.UsageOf(answer).Worker?.Value));
    }

    [Fact]
    public async Task Exclusive_jobs_have_a_worker_each()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 2 });
        using var cancel = new CancellationTokenSource();
        var first = pool.RunAsync(HostilePool.Job("obedient"), cancel.Token);
        var second = await pool.RunAsync("echo", "beside");
        Assert.Equal("beside", second.Answer());
        await cancel.CancelAsync();
        Assert.NotEqual(HostilePool.UsageOf(await first).Worker, HostilePool.UsageOf(second).Worker);
    }

    [Theory]
    [InlineData("stack", "", KillReason.WorkerExit)]
    [InlineData("flood", "64", KillReason.Protocol)]
    [InlineData("exit", "1", KillReason.WorkerExit)]
    public async Task A_failing_worker_does_not_disturb_the_jobs_beside_it(string attack, string size, KillReason reason)
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 2 });
        var bystanders = Enumerable.Range(0, 40).Select(i => pool.RunAsync(HostilePool.Job("echo", $"{i}") with { Concurrent = true }, Stop)).ToList();
        var attacker = pool.RunAsync(HostilePool.Job(attack, size) with { Concurrent = true }, Stop);
        bystanders.AddRange(Enumerable.Range(40, 40).Select(i => pool.RunAsync(HostilePool.Job("echo", $"{i}") with { Concurrent = true }, Stop)));
        Assert.Equal(reason, Assert.IsType<WorkerResult.Killed>(await attacker).Reason);
        Assert.Equal(Enumerable.Range(0, 80).Select(i => $"{i}"), (await Task.WhenAll(bystanders)).Select(answer => answer.Answer()));
    }

    [Fact]
    public async Task A_hung_concurrent_job_costs_itself_and_later_its_worker_but_no_other_job()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 2 });
        await pool.DescribeAsync(Stop);
        var hung = pool.RunAsync(HostilePool.Job("loop") with { Concurrent = true, Deadline = TimeSpan.FromMilliseconds(300) }, Stop);
        var beside = await pool.RunAsync(HostilePool.Job("echo", "beside") with { Concurrent = true }, Stop);
        Assert.Equal("beside", beside.Answer());
        Assert.Equal(KillReason.Deadline, Assert.IsType<WorkerResult.Killed>(await hung).Reason);
        var next = await pool.RunAsync("echo", "next");
        Assert.Equal("next", next.Answer());
        Assert.NotEqual(HostilePool.UsageOf(beside).Worker, HostilePool.UsageOf(next).Worker);
    }

    [Fact]
    public async Task Nothing_that_a_job_left_in_the_private_folder_is_there_for_the_next()
    {
        await using var pool = HostilePool.Start();
        var left = await pool.RunAsync("leave");
        var look = await pool.RunAsync("look");
        Assert.Equal(("left", ""), (left.Answer(), look.Answer()));
        Assert.Equal(HostilePool.UsageOf(left).Worker, HostilePool.UsageOf(look).Worker);
    }

    [Fact]
    public async Task A_worker_is_replaced_after_its_number_of_jobs()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 1, MaxExclusiveJobs = 2 });
        var workers = new List<string?>();
        for (var i = 0; i < 4; i++) workers.Add(HostilePool.UsageOf(await pool.RunAsync("echo", "")).Worker?.Value);
        Assert.Equal(["hostile-1", "hostile-1", "hostile-2", "hostile-2"], workers);
    }

    [Fact]
    public async Task A_worker_that_keeps_memory_is_replaced()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 1, RecycleAboveBytes = 100L << 20 });
        Assert.Equal("allocated 120", (await pool.RunAsync("native", "120")).Answer());
        Assert.Equal("hostile-2", HostilePool.UsageOf(await pool.RunAsync("echo", "")).Worker?.Value);
    }

    [Fact]
    public async Task A_job_that_finds_all_workers_taken_and_the_queue_full_is_told_so_at_once()
    {
        await using var pool = HostilePool.Start(new WorkerSettings { MaxWorkers = 1, MaxWaiting = 0 });
        Assert.IsType<WorkerResult.Busy>(await pool.RunAsync("echo", ""));
    }

    [Fact]
    public async Task A_job_that_waits_past_its_deadline_is_told_so_and_leaves_the_queue()
    {
        await using var pool = HostilePool.Start();
        using var cancel = new CancellationTokenSource();
        var first = pool.RunAsync(HostilePool.Job("obedient"), cancel.Token);
        var late = Assert.IsType<WorkerResult.Killed>(await pool.RunAsync(HostilePool.Job("echo", "") with { Deadline = TimeSpan.FromMilliseconds(50) }, Stop));
        Assert.Equal((KillReason.Deadline, null), (late.Reason, late.Usage.Worker));
        await cancel.CancelAsync();
        Assert.IsType<WorkerResult.Cancelled>(await first);
        Assert.Equal("well", (await pool.RunAsync("echo", "well")).Answer());
    }

    [Fact]
    public async Task A_program_that_does_not_exist_or_does_not_speak_fails_the_job_and_says_why()
    {
        await using var absent = new WorkerPool(new WorkerProgram("absent", "/nonexistent", []), new WorkerSettings(), TimeProvider.System);
        var failed = Assert.IsType<WorkerResult.Failed>(await absent.RunAsync("echo", ""));
        Assert.Equal((WorkerErrors.Start, true), (failed.Code, failed.Retryable));
        Assert.Contains("/nonexistent", failed.Message, StringComparison.Ordinal);

        await using var mute = new WorkerPool(new WorkerProgram("mute", "/bin/false", []), new WorkerSettings(), TimeProvider.System);
        Assert.Contains("worker-exit 1", Assert.IsType<WorkerResult.Failed>(await mute.RunAsync("echo", "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_weak_an_isolation_is_refused_by_the_name_of_the_missing_layer_unless_the_settings_accept_it()
    {
        var weaker = new WorkerSettings { MaxWorkers = 1, Layers = Confinement.ConfinementLayers.All & ~Confinement.ConfinementLayers.Landlock };
        await using (var pool = HostilePool.Start(weaker))
        {
            var refused = Assert.IsType<WorkerResult.Failed>(await pool.RunAsync("echo", ""));
            Assert.Equal(WorkerErrors.Isolation, refused.Code);
            Assert.Contains("landlock", refused.Message, StringComparison.Ordinal);
        }

        await using var accepting = HostilePool.Start(weaker with { MinIsolation = IsolationLevel.Medium });
        var job = HostilePool.Job("echo", "well");
        Assert.Equal(WorkerErrors.Isolation, Assert.IsType<WorkerResult.Failed>(await accepting.RunAsync(job, Stop)).Code);
        Assert.Equal("well", (await accepting.RunAsync(job with { MinIsolation = IsolationLevel.Medium }, Stop)).Answer());
        Assert.Equal("landlock", Assert.Single(accepting.Missing).Layer);
    }

    [Fact]
    public async Task A_closed_pool_leaves_no_process_and_no_folder()
    {
        var root = Directory.CreateTempSubdirectory("crank-pool-").FullName;
        var pool = HostilePool.Start(new WorkerSettings { TempRoot = root });
        await pool.DescribeAsync(Stop);
        var running = pool.RunAsync("loop");
        var worker = Assert.Single(pool.ProcessIds);
        await pool.DisposeAsync();
        Assert.Equal(KillReason.Closed, Assert.IsType<WorkerResult.Killed>(await running).Reason);
        Assert.True(IsGone(worker));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        Directory.Delete(root);
    }

    [Fact]
    public async Task Folders_that_a_killed_controller_left_are_removed_by_the_next_pool()
    {
        var root = Directory.CreateTempSubdirectory("crank-left-").FullName;
        var left = Directory.CreateDirectory(Path.Combine(root, $"crank-workers-{int.MaxValue}-1")).FullName;
        var alive = Directory.CreateDirectory(Path.Combine(root, "crank-workers-1-1")).FullName;
        await using (HostilePool.Start(new WorkerSettings { TempRoot = root }))
            Assert.Equal((false, true), (Directory.Exists(left), Directory.Exists(alive)));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_folder_left_by_a_process_of_the_same_id_is_removed_and_one_in_use_stays_whatever_its_id()
    {
        var root = Directory.CreateTempSubdirectory("crank-again-").FullName;
        var again = Enumerable.Range(0, 100).Select(i => Directory.CreateDirectory(Path.Combine(root, $"crank-workers-{Environment.ProcessId}-{i}")).FullName).ToList();
        foreach (var folder in again) await File.WriteAllTextAsync(Path.Combine(folder, "canary"), "", Stop);
        var elsewhere = Directory.CreateDirectory(Path.Combine(root, $"crank-workers-{int.MaxValue}-1")).FullName;
        await using (new FileStream(Path.Combine(elsewhere, "canary"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        await using (var pool = HostilePool.Start(new WorkerSettings { TempRoot = root }))
        await using (HostilePool.Start(new WorkerSettings { TempRoot = root }))
        {
            Assert.True(Directory.Exists(elsewhere));
            Assert.Equal("well", (await pool.RunAsync("echo", "well")).Answer());
            Assert.Equal(3, Directory.GetDirectories(root).Length);
        }

        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task While_a_worker_lives_a_program_that_no_longer_starts_is_not_tried_over_and_over()
    {
        var root = Directory.CreateTempSubdirectory("crank-once-").FullName;
        var (tries, script) = (Path.Combine(root, "tries"), Path.Combine(root, "program"));
        await File.WriteAllTextAsync(script, $"#!/bin/sh\necho >>'{tries}'\n[ $(wc -l <'{tries}') -gt 1 ] && exit 1\nexec '{HostilePool.Executable}' serve\n", Stop);
        File.SetUnixFileMode(script, (UnixFileMode)0b111_000_000);
        await using (var pool = new WorkerPool(new WorkerProgram("hostile", script, []), new WorkerSettings { MaxWorkers = 2 }, TimeProvider.System))
        {
            using var cancel = new CancellationTokenSource();
            await pool.DescribeAsync(Stop);
            var holds = pool.RunAsync(HostilePool.Job("obedient"), cancel.Token);
            var late = await pool.RunAsync(HostilePool.Job("echo", "") with { Deadline = TimeSpan.FromSeconds(1) }, Stop);
            Assert.Equal(KillReason.Deadline, Assert.IsType<WorkerResult.Killed>(late).Reason);
            Assert.Equal(2, (await File.ReadAllLinesAsync(tries, Stop)).Length);
            await cancel.CancelAsync();
            Assert.IsType<WorkerResult.Cancelled>(await holds);
        }

        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_private_folder_belongs_to_its_owner_alone()
    {
        var root = Directory.CreateTempSubdirectory("crank-mode-").FullName;
        await using (var pool = HostilePool.Start(new WorkerSettings { TempRoot = root }))
        {
            await pool.DescribeAsync(Stop);
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            var folders = Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).ToList();
            Assert.Equal(2, folders.Count);
            Assert.All(folders, folder => Assert.Equal(Owner, File.GetUnixFileMode(folder)));
        }

        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_busy_worker_dies_with_a_controller_that_is_killed()
    {
        var root = Directory.CreateTempSubdirectory("crank-killed-").FullName;
        var start = new ProcessStartInfo(HostilePool.Executable, ["controller"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["TMPDIR"] = root;
        using var controller = Process.Start(start)!;
        var worker = int.Parse((await controller.StandardOutput.ReadLineAsync(Stop))!, CultureInfo.InvariantCulture);
        Assert.False(IsGone(worker));
        controller.Kill();
        Assert.True(SpinWait.SpinUntil(() => IsGone(worker), TimeSpan.FromSeconds(60)), $"Worker {worker} outlived its controller.");
        Directory.Delete(root, recursive: true);
    }

    private static bool IsGone(int processId)
    {
        try
        {
            // A process that has ended and waits to be reaped is gone.
            return File.ReadAllText($"/proc/{processId}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
