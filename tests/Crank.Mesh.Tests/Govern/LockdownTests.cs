using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Storage;

namespace Crank.Mesh.Tests.Govern;

public sealed class LockdownTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_taken_until_it_is_lifted_and_then_everything_is_again()
    {
        await using var mesh = await OpenAsync();
        await LockAsync(mesh);
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        var queued = await mesh.Controller.AcceptAsync(TestMesh.Request(), Schedule.Soon, Stop);
        Assert.Equal(("locked-down", RefusalKind.Policy), (queued.Refusal!.Code.Value, queued.Refusal.Kind));
        Assert.Equal(0, mesh.Controller.QueueLoad.Waiting);
        Assert.Equal("A key has leaked.", (await mesh.Controller.Lockdown.UnlockAsync())!.Reason);
        Assert.Null(await mesh.Controller.Lockdown.UnlockAsync());
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        mesh.AssertSound();
    }

    [Fact]
    public async Task It_survives_the_end_of_the_process_and_a_crash()
    {
        await using var mesh = await OpenAsync();
        await LockAsync(mesh);
        await mesh.ReopenAsync();
        Assert.Equal(new Lockdown("A key has leaked.", PrincipalId.Owner, TestMesh.Start, false), mesh.Controller.Lockdown.Current);
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        await mesh.CrashAsync();
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        await mesh.Controller.Lockdown.UnlockAsync();
        await mesh.ReopenAsync();
        Assert.Null((await mesh.SubmitAsync()).Refusal);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_locks_all_the_same()
    {
        await using var mesh = await OpenAsync();
        await mesh.Controller.Records.PutAsync(new("lockdown", TenantId.Owner, "mesh", "{"u8.ToArray(), null, 1));
        await mesh.ReopenAsync();
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        await mesh.Controller.Lockdown.UnlockAsync();
        Assert.Null((await mesh.SubmitAsync()).Refusal);
    }

    [Fact]
    public async Task What_waits_in_the_queue_goes_on_waiting_also_over_a_restart_and_starts_when_it_is_lifted()
    {
        await using var mesh = await OpenAsync();
        var accepted = await mesh.Controller.AcceptAsync(TestMesh.Request(), new(NotBefore: TestMesh.Start.AddHours(1)), Stop);
        Assert.Equal(1, (await LockAsync(mesh)).Waiting);
        mesh.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((1, 0), (mesh.Controller.QueueLoad.Waiting, mesh.Controller.QueueLoad.Running));
        await mesh.ReopenAsync();
        mesh.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((1, 0), (mesh.Controller.QueueLoad.Waiting, mesh.Controller.QueueLoad.Running));
        Assert.Empty(mesh.Workers.Seen);
        await mesh.Controller.Lockdown.UnlockAsync();
        Assert.Equal(JobState.Done, (await EndedAsync(mesh, accepted.Job!.Value)).Receipt!.State);
        mesh.AssertSound();
    }

    [Fact]
    public async Task What_waits_ends_at_its_deadline_and_says_why()
    {
        await using var mesh = await OpenAsync();
        var accepted = await mesh.Controller.AcceptAsync(TestMesh.Request(), new(NotBefore: TestMesh.Start.AddHours(1)), Stop);
        await LockAsync(mesh);
        mesh.Clock.Advance(TimeSpan.FromHours(26));
        var report = await EndedAsync(mesh, accepted.Job!.Value);
        Assert.Equal((JobState.Expired, "deadline-passed"), (report.Receipt!.State, report.Receipt.Error!.Value.Value));
        Assert.Empty(mesh.Workers.Seen);
        mesh.AssertSound();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_runs_ends_by_itself_or_is_stopped_as_the_command_says(bool stop)
    {
        await using var mesh = await OpenAsync();
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        mesh.Workers.Run = async (_, token) =>
        {
            started.TrySetResult();
            await goOn.Task.WaitAsync(token);
            return ScriptedWorkers.Done();
        };
        var running = mesh.SubmitAsync();
        await started.Task;
        var answer = await LockAsync(mesh, stop);
        Assert.Equal((1, stop ? 1 : 0), (answer.Running, answer.Stopped));
        if (stop)
        {
            var report = await running;
            Assert.Equal(("locked-down", RefusalKind.NotDone, JobState.Interrupted), (report.Refusal!.Code.Value, report.Refusal.Kind, report.Receipt!.State));
            Assert.Contains("A key has leaked.", report.Refusal.Message, StringComparison.Ordinal);
            mesh.AssertCostsNothing(report);
        }
        else
        {
            goOn.SetResult();
            Assert.Equal(JobState.Done, (await running).Receipt!.State);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_of_the_queue_that_is_stopped_goes_back_there_when_it_may_run_again(bool idempotent)
    {
        await using var mesh = await OpenAsync(idempotent);
        var started = new TaskCompletionSource();
        mesh.Workers.Run = async (_, token) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            throw new System.Diagnostics.UnreachableException();
        };
        var accepted = await mesh.Controller.AcceptAsync(TestMesh.Request(), Schedule.Soon, Stop);
        await started.Task;
        Assert.Equal(1, (await LockAsync(mesh, stop: true)).Stopped);
        if (idempotent)
        {
            for (var i = 0; i < 6_000 && mesh.Controller.QueueLoad is not { Running: 0, Waiting: 1 }; i++)
            {
                await Task.Delay(10, Stop);
            }

            Assert.Equal((0, 1), (mesh.Controller.QueueLoad.Running, mesh.Controller.QueueLoad.Waiting));
            mesh.Workers.Answer(ScriptedWorkers.Done());
            await mesh.Controller.Lockdown.UnlockAsync();
            Assert.Equal(JobState.Done, (await EndedAsync(mesh, accepted.Job!.Value)).Receipt!.State);
        }
        else
        {
            var report = await EndedAsync(mesh, accepted.Job!.Value);
            Assert.Equal((JobState.Interrupted, "locked-down"), (report.Receipt!.State, report.Receipt.Error!.Value.Value));
        }

        mesh.AssertSound();
    }

    [Fact]
    public async Task A_lockdown_that_cannot_be_written_is_in_force_and_the_caller_is_told()
    {
        await using var mesh = await OpenAsync();
        mesh.Fault = _ => CommitFault.Full;
        await Assert.ThrowsAnyAsync<StoreException>(() => LockAsync(mesh));
        Assert.NotNull(mesh.Controller.Lockdown.Current);
        mesh.Fault = null;
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        await LockAsync(mesh, stop: true);
        await mesh.ReopenAsync();
        Assert.True(mesh.Controller.Lockdown.Current!.StopsRunning);
    }

    [Fact]
    public async Task A_job_that_was_allowed_just_before_is_not_started()
    {
        TestMesh? mesh = null;
        await using var opened = await TestMesh.OpenAsync(prepare: m => m.Policy = new AllowingThen(() => LockAsync(mesh!)));
        mesh = opened;
        Assert.Equal("locked-down", (await mesh.SubmitAsync()).Refusal!.Code.Value);
        Assert.Empty(mesh.Workers.Seen);
        mesh.AssertSound();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("line\nbreak")]
    public async Task A_reason_says_something_on_one_line(string reason)
    {
        await using var mesh = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Controller.Lockdown.LockAsync(reason, PrincipalId.Owner, false));
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Controller.Lockdown.LockAsync(new('x', Lockdown.MaxReason + 1), PrincipalId.Owner, false));
        Assert.Null(mesh.Controller.Lockdown.Current);
    }

    private static Task<TestMesh> OpenAsync(bool idempotent = true) => TestMesh.OpenAsync(prepare: mesh => mesh.Capability = TestMesh.Echo with { Idempotent = idempotent });

    private static Task<LockdownAnswer> LockAsync(TestMesh mesh, bool stop = false) => mesh.Controller.Lockdown.LockAsync("A key has leaked.", PrincipalId.Owner, stop);

    private static async Task<JobReport> EndedAsync(TestMesh mesh, JobId job)
    {
        await foreach (var _ in mesh.Controller.Watch(TenantId.Owner, job, -1, Stop)!)
        {
        }

        return mesh.Controller.Find(TenantId.Owner, job)!;
    }

    private sealed class AllowingThen(Func<Task> next) : IPolicy
    {
        public async ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
        {
            await next();
            return new(question.Id, true, "allow", "test", "It is a test.", Constraints.None);
        }
    }
}
