using Crank.Core;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Node.Workers;

/// <summary>One call of <see cref="WorkerPool.RunAsync"/>: its time, its measurements, and what its end is called.</summary>
internal sealed class JobAttempt : IDisposable
{
    private static readonly TimeSpan LookForAnEnd = TimeSpan.FromMilliseconds(5);

    private readonly WorkerJob _job;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _grace;
    private readonly CancellationToken _caller;
    private readonly long _began;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;

    public JobAttempt(WorkerJob job, TimeProvider clock, TimeSpan grace, CancellationToken caller)
    {
        (_job, _clock, _grace, _caller) = (job, clock, grace, caller);
        _began = clock.GetTimestamp();
        _deadline = new CancellationTokenSource(job.Deadline, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
    }

    /// <summary>Cancelled by the caller or by the deadline.</summary>
    public CancellationToken Stop => _either.Token;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_began);

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }

    /// <summary>The answer for a job that no worker took in time.</summary>
    public WorkerResult StoppedWaiting() => _caller.IsCancellationRequested
        ? new WorkerResult.Cancelled(NoUsage())
        : new WorkerResult.Killed(KillReason.Deadline, null, $"No worker was free within the deadline of {_job.Deadline.TotalSeconds:0.###} s.", NoUsage());

    /// <summary>The answer for a job that found no worker.</summary>
    public WorkerResult NotStarted(string code, string message) => new WorkerResult.Failed(code, message, Retryable: true, NoUsage());

    /// <summary>Runs the job on a worker that was leased for it.</summary>
    public async Task<WorkerResult> RunAsync(WorkerProcess worker, bool shared)
    {
        if (worker.Isolation.Level < _job.MinIsolation)
            return new WorkerResult.Failed(WorkerErrors.Isolation, $"The job demands isolation {_job.MinIsolation}; worker {worker.Id} has '{worker.Isolation}'.", Retryable: true, NoUsage());
        if (!shared) worker.BeginPeak();
        var meter = new JobMeter(worker, shared, _clock);
        try
        {
            return await worker.Connection.InvokeAsync(AsInvocation(), Stop) switch
            {
                InvocationResult.Completed done => new WorkerResult.Done(done.Output, done.Units, Usage(worker, meter)),
                InvocationResult.Failed failed => new WorkerResult.Failed(ErrorTail.Escape(failed.Code), ErrorTail.Escape(failed.Message), failed.Retryable, Usage(worker, meter)),
                _ => throw new InvalidOperationException("An invocation ended in a way that is not known."),
            };
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            var reason = _caller.IsCancellationRequested ? KillReason.Cancelled : KillReason.Deadline;
            return await StopAsync(worker, shared, meter, reason, $"The job did not end within its deadline of {_job.Deadline.TotalSeconds:0.###} s.");
        }
        catch (SessionException e) when (e.Fault == SessionFault.OutputTooLarge)
        {
            return await StopAsync(worker, shared, meter, KillReason.OutputCap, e.Message);
        }
        catch (SessionException e) when (e.Fault == SessionFault.InputFailed)
        {
            await SettleAsync(worker, shared, KillReason.Cancelled);
            return new WorkerResult.Failed(WorkerErrors.Input, e.Message, Retryable: false, Usage(worker, meter));
        }
        catch (SessionException e)
        {
            return await WorkerGoneAsync(worker, meter, e);
        }
        catch
        {
            // The job's own callback failed; its caller hears of that, and the worker must not go on.
            await SettleAsync(worker, shared, KillReason.Cancelled);
            throw;
        }
    }

    private Invocation AsInvocation() => new()
    {
        Capability = _job.Capability.Name.Value,
        Version = _job.Capability.Version.ToString(),
        Input = _job.Input,
        Blobs = _job.Blobs,
        Deadline = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (_job.Deadline - Elapsed).Ticks)),
        MaxOutputBytes = _job.MaxOutputBytes,
        ReceiveBlob = _job.ReceiveBlob,
        OnProgress = _job.OnProgress,
        TraceParent = _job.TraceParent,
    };

    private async Task<WorkerResult> StopAsync(WorkerProcess worker, bool shared, JobMeter meter, KillReason reason, string message)
    {
        var code = await SettleAsync(worker, shared, reason);
        return reason == KillReason.Cancelled
            ? new WorkerResult.Cancelled(Usage(worker, meter))
            : new WorkerResult.Killed(reason, code, message, Usage(worker, meter));
    }

    /// <summary>Gives the worker a moment to stop the job; kills it when it does not and nobody else is on it.</summary>
    /// <returns>The exit code when it was killed, else null.</returns>
    private async Task<int?> SettleAsync(WorkerProcess worker, bool shared, KillReason reason)
    {
        var until = _clock.GetTimestamp();
        using var look = new PeriodicTimer(LookForAnEnd, _clock);
        while (worker.Connection.InFlight > (shared ? worker.InUse - 1 : 0) && _clock.GetElapsedTime(until) < _grace) await look.WaitForNextTickAsync(CancellationToken.None);
        if (worker.Connection.InFlight == 0) return null;
        if (shared)
        {
            // Others are on it: it takes no more, and is ended when they are done.
            if (worker.Connection.InFlight > worker.InUse - 1) worker.IsRetired = true;
            return null;
        }

        worker.Kill(reason);
        return await worker.ExitAsync();
    }

    private async Task<WorkerResult> WorkerGoneAsync(WorkerProcess worker, JobMeter meter, SessionException e)
    {
        if (e.Fault != SessionFault.PeerGone && worker.KilledFor is null) worker.Kill(KillReason.Protocol);
        var code = await worker.ExitAsync();
        var reason = worker.KilledFor ?? KillReason.WorkerExit;
        var what = reason switch
        {
            KillReason.Watchdog => $"Worker {worker.Id} held more memory than it may, and was killed.",
            KillReason.Protocol => $"Worker {worker.Id} broke the protocol and was killed: {ErrorTail.Escape(e.Message)}",
            KillReason.WorkerExit => $"Worker {worker.Id} ended by itself (worker-exit {code}){Hint(code)}.",
            _ => $"Worker {worker.Id} was killed: {reason.ToCode()}.",
        };
        var said = worker.ErrorText();
        return new WorkerResult.Killed(reason, code, said.Length == 0 ? what : $"{what} It said: {said}", Usage(worker, meter));
    }

    /// <summary>What an exit code often means; a hostile worker can choose it.</summary>
    private static string Hint(int code) => code switch
    {
        134 or 139 => ", as after a crash",
        153 => ", as after too large a file",
        137 => ", as after a kill or too much CPU time",
        _ => "",
    };

    private WorkerUsage Usage(WorkerProcess worker, JobMeter meter)
    {
        var wall = Elapsed;
        return new(worker.Id, worker.Isolation, new Duration(wall), new Duration(meter.Cpu()), new ByteCount(worker.PeakBytes));
    }

    private WorkerUsage NoUsage() => new(null, Isolation.None, new Duration(Elapsed), Duration.Zero, new ByteCount(0));
}
