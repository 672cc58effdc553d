using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Rollouts;
using Crank.Mesh.Serialization;
using Crank.Mesh.Telemetry;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>Takes a queued job down the rest of the path: admitted, decided, placed and priced again, and run within what it was promised.</summary>
internal sealed class QueueRunner(Bench bench, Endings endings, JobWatch watch)
{
    private const int MostDoublings = 8;

    private QueueSettings Settings => bench.Settings.Queue;

    private DateTimeOffset Now => bench.Parts.Clock.GetUtcNow();

    /// <summary>Runs one job.</summary>
    /// <returns>Null when it is no longer in the queue; else where it goes on waiting.</returns>
    public async Task<QueueEntry?> RunAsync(RunningJob running)
    {
        var (row, fence) = (running.Entry.Row.Job, running.Entry.Row.Fence);
        try
        {
            return await StartAsync(running);
        }
        catch (StoreFullException) when (IsUnstarted(row, fence))
        {
            // It did not start, and nothing was written: once more in a while.
            return Later(running.Entry);
        }
        catch (Exception e) when (e is StoreException or InvalidDataException or System.Threading.Channels.ChannelClosedException)
        {
            // What is on disk holds: the next housekeeping or start finds it there.
            return null;
        }
    }

    private bool IsUnstarted(JobId job, long fence)
    {
        try
        {
            return bench.Parts.Store.FindQueued(job) is { IsDead: false } stored && stored.Fence == fence;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private async Task<QueueEntry?> StartAsync(RunningJob running)
    {
        var queued = running.Entry.Row;
        if (bench.Parts.Store.FindJob(queued.Job) is not { State: JobState.Queued } row)
        {
            return null;
        }

        var job = FundedJob.Recover(row, queued);
        using var span = JobSpan.BeginLater(row.Id, row.Capability.Name, job.Facts.Asked.TraceParent);
        if (Now >= queued.DueAt)
        {
            return await EndAsync(FinishedJob.NotStarted(job, JobState.Expired, Overdue(running.Entry, bench.Lockdown() is not null)));
        }

        StoredInput input;
        try
        {
            input = StoredInput.Read(bench.Parts.Store, bench.Parts.Blobs, queued.Job);
        }
        catch (Exception e) when (e is InvalidDataException or BlobDamagedException)
        {
            return await EndAsync(FinishedJob.NotStarted(job, JobState.Failed, new(RefusalKind.NotDone, RefusalCodes.Internal, $"What the job was to run with cannot be read: {e.Message}")));
        }

        var now = Now;
        var request = input.Request(row.Tenant, row.Principal, row.Capability.Name, job.Facts.Asked.Terms, row.IdempotencyKey, row.Parent, job.Facts.Asked.TraceParent, bench.Parts.Blobs);
        var (choice, share) = ChooseAgain(request, row, job.Facts.Asked.Share, now);
        if (!choice.Taken(out var entry, out var refusal))
        {
            return Later(running.Entry);
        }

        var admit = await AdmittedJob.RecallAsync(job, request, entry, running.Stopping);
        if (!admit.Taken(out var admitted, out refusal))
        {
            return await EndAsync(FinishedJob.NotStarted(job, JobState.Refused, refusal));
        }

        var asked = job.Facts.Asked with { Promise = job.Facts.Asked.Promise! with { StartedAt = now }, Share = share };
        var membership = Membership.Of(bench.Parts.Store, row.Tenant, row.Principal);
        var offers = bench.Parts.Offers.Current;
        var (authorize, decision) = await AuthorizedJob.AuthorizeAsync(
            admitted, bench.Policy, new(membership, offers.Offers, bench.Settings.Currency, bench.Settings.MinIsolation) { Lockdown = bench.Lockdown(), Overruled = bench.Parts.Overruled }, new(bench.Parts.Ids.Next()), now,
            isStarting: true, running.Stopping);
        if (!authorize.Taken(out var authorized, out refusal))
        {
            return refusal.Code == RefusalCodes.LockedDown || running.IsHandedBack
                ? running.Entry
                : await EndAsync(FinishedJob.NotStarted(job.Decided(new(asked, decision, null)), JobState.Refused, refusal));
        }

        if (!PlacedJob.Place(authorized, offers, bench.Settings.Currency, now, asked.Ceiling).Taken(out var placed, out refusal))
        {
            return refusal.Kind == RefusalKind.NoOffer
                ? Later(running.Entry)
                : await EndAsync(FinishedJob.NotStarted(job.Decided(new(asked, decision, null)), JobState.Refused, AbovePromise(refusal, asked.Ceiling)));
        }

        if (running.Stopping.IsCancellationRequested || bench.Lockdown() is not null)
        {
            return running.IsHandedBack || !running.Stopping.IsCancellationRequested ? running.Entry : await EndAsync(FinishedJob.NotStarted(job, JobState.Cancelled, FinishedJob.TakenBack));
        }

        return await job.StartAsync(placed, bench.Journal, new(asked, decision, placed.Plan)) is { } started ? await RunAsync(running, started, admitted) : null;
    }

    /// <summary>The version that it was accepted as; but not one that a share gave it and that was rolled back since.</summary>
    private (Step<CapabilityEntry> Choice, RolloutShare? Share) ChooseAgain(JobRequest request, JobRow row, RolloutShare? share, DateTimeOffset now)
    {
        var offers = bench.Parts.Offers.Current;
        return share is { IsCandidate: true, Missed: false } && bench.Rollouts.Find(row.Capability.Name) is { State: RolloutState.RolledBack } rollout && rollout.Candidate == row.Capability.Version
            ? VersionChoice.Choose(request, rollout, row.Id, offers, now)
            : (VersionChoice.ChooseAgain(request, row.Capability, offers, now), share);
    }

    private async Task<QueueEntry?> RunAsync(RunningJob running, FundedJob started, AdmittedJob admitted)
    {
        var queued = started.Queued!;
        var progress = watch.Progress(started.Row);
        FinishedJob finished;
        try
        {
            var lease = TimeSpan.FromTicks(Math.Clamp((queued.DueAt - Now).Ticks, 0, admitted.Deadline.Time.Ticks)) + Settings.LeaseGrace;
            finished = await FinishedJob.RunAsync(started, bench.Parts.Dispatcher, bench.Spool, bench.Parts.Clock, progress, running.Stopping).AsTask()
                .WaitAsync(lease, bench.Parts.Clock, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // What runs it does not answer: the job is taken from it, and should it answer after all, the fence has moved.
            running.Stop(handBack: false);
            return await TakeAwayAsync(FinishedJob.Lost(started));
        }

        var mayAgain = queued.IsIdempotent || !finished.MayHaveRun;
        if (finished.State == JobState.Cancelled && running.IsHandedBack)
        {
            return mayAgain
                ? await ReturnAsync(finished, Now, queued.Attempts - 1)
                : await EndAsync(finished.EndedAs(JobState.Interrupted, running.Cut));
        }

        if (finished.IsBusy)
        {
            return await ReturnAsync(finished, Now + Wait(1), queued.Attempts - 1);
        }

        var again = Now + Wait(queued.Attempts);
        return finished.IsRetryable && mayAgain && queued.Attempts < Settings.MaxAttempts && again < queued.DueAt
            ? await ReturnAsync(finished, again, queued.Attempts)
            : await EndAsync(finished);
    }

    private async Task<QueueEntry?> TakeAwayAsync(FinishedJob lost)
    {
        var queued = lost.Funded.Queued!;
        return queued.IsIdempotent && queued.Attempts < Settings.MaxAttempts && Now < queued.DueAt
            ? await ReturnAsync(lost, Now + Wait(queued.Attempts), queued.Attempts)
            : await EndAsync(lost);
    }

    private async Task<QueueEntry?> ReturnAsync(FinishedJob finished, DateTimeOffset readyAt, int attempts)
    {
        var queued = finished.Funded.Queued!;
        var history = JsonSerializer.SerializeToUtf8Bytes(finished.History, MeshJson.Default.ImmutableArrayPastAttempt);
        return await bench.Journal.PostAsync(new ReturnCommand(queued.Job, queued.Fence, readyAt, attempts, history)) is { } returned ? QueueEntry.Of(returned) : null;
    }

    private async Task<QueueEntry?> EndAsync(FinishedJob finished)
    {
        await endings.EndAsync(finished);
        return null;
    }

    private QueueEntry Later(QueueEntry entry) =>
        entry with { ReadyAt = Now + Wait(Math.Min(entry.Waits + 1, MostDoublings)), Waits = entry.Waits + 1 };

    private TimeSpan Wait(int attempts)
    {
        lock (bench.Chance)
        {
            return Backoff.After(attempts, Settings.FirstRetry, Settings.LongestRetry, bench.Chance);
        }
    }

    private static Refusal Overdue(QueueEntry entry, bool isLockedDown) => new(
        RefusalKind.Deadline, RefusalCodes.DeadlinePassed,
        isLockedDown ? "The deadline passed while the mesh was locked down."
        : entry.Waits > 0 ? "The deadline passed, and until then nobody offered what the job needs." : "The deadline passed before it was the job's turn.",
        "Allow more time, or ask with a higher priority.");

    private static Refusal AbovePromise(Refusal refusal, Money ceiling) => refusal.Kind == RefusalKind.NoFunds
        ? refusal with { Message = $"The job was promised to cost at most {ceiling}, and costs more now: {refusal.Message}", Try = "Ask again: the promise will be made of the prices of then." }
        : refusal;
}
