using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;
using Crank.Mesh.Telemetry;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>A funded job that ended: with a delivery, or with a typed refusal; with every attempt that was made.</summary>
public sealed class FinishedJob
{
    /// <summary>How many blobs one delivery has at most.</summary>
    private const int MaxBlobs = 256;

    private const int MaxMediaType = 256;

    /// <summary>Timers of the runtime count milliseconds in 32 bits; a capability that allows more is stopped after this.</summary>
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(49);

    private FinishedJob(FundedJob funded, JobState state, Delivery? delivery, Refusal? refusal, ImmutableArray<Attempt> attempts)
    {
        Invariant.Holds((state == JobState.Done) == (delivery is not null));
        (Funded, State, Delivery, Refusal, Attempts) = (funded, state, delivery, refusal, attempts);
    }

    /// <summary>The job.</summary>
    public FundedJob Funded { get; }

    /// <summary>How it ended.</summary>
    public JobState State { get; }

    /// <summary>What was delivered; null unless done.</summary>
    public Delivery? Delivery { get; }

    /// <summary>Why it was not done; null when done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Every try, in order.</summary>
    public ImmutableArray<Attempt> Attempts { get; }

    /// <summary>What the worker metered for the delivery.</summary>
    public ImmutableDictionary<Unit, Quantity> Units { get; private init; } = ImmutableDictionary<Unit, Quantity>.Empty;

    /// <summary>The offer that delivered; null when none did.</summary>
    public Offer? Offer { get; private init; }

    /// <summary>What every attempt used, in order.</summary>
    public ImmutableArray<WorkerUsage> Usage { get; private init; } = [];

    /// <summary>True when it was not done, and another run may.</summary>
    internal bool IsRetryable { get; private init; }

    /// <summary>True when no candidate had room: that was no attempt.</summary>
    internal bool IsBusy { get; private init; }

    /// <summary>True when a worker took this run of it, or when nobody knows whether one did.</summary>
    internal bool MayHaveRun { get; private init; }

    /// <summary>Every attempt with what it used, for a job that goes back into the queue.</summary>
    internal ImmutableArray<PastAttempt> History => [.. Attempts.Zip(Usage, (attempt, usage) => new PastAttempt(attempt, usage))];

    /// <summary>The caller took it back.</summary>
    internal static Refusal TakenBack { get; } = new(RefusalKind.Cancelled, RefusalCodes.Cancelled, "The job was cancelled.");

    /// <summary>The controller stopped.</summary>
    internal static Refusal Stopped { get; } = new(
        RefusalKind.NotDone, RefusalCodes.Interrupted, "The controller stopped while the job ran; nothing was delivered and nothing was charged.", "Run it again.");

    /// <summary>Tries the candidates of the plan in order until one delivers, the deadline passes or the caller takes the job back.</summary>
    /// <remarks>"Busy" moves on without counting as an attempt; only retryable errors move on to another offer.</remarks>
    public static async ValueTask<FinishedJob> RunAsync(
        FundedJob job, IDispatcher dispatcher, OutputSpool spool, TimeProvider clock, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        using var step = PathStep.Begin("run");
        var admitted = job.Placed.Admitted;
        var run = new AttemptLog(job);
        var began = clock.GetUtcNow();
        var due = began + job.Placed.Deadline.Time < job.DueAt ? began + job.Placed.Deadline.Time : job.DueAt;
        var left = due - began;
        using var deadline = new CancellationTokenSource(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, s_longestTimer.Ticks)), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);

        Refusal? again = null;
        foreach (var offer in job.Placed.Offers)
        {
            if (either.IsCancellationRequested)
            {
                return run.Cut(cancellationToken.IsCancellationRequested);
            }

            using var attempt = AttemptSpan.Begin(offer);
            var startedAt = clock.GetUtcNow();
            var started = clock.GetTimestamp();
            try
            {
                var dispatch = new Dispatch(
                    admitted.Id, offer, admitted.Entry.Capability, job.Placed.Authorized.Input, job.Placed.Authorized.Blobs,
                    due - startedAt, job.Placed.MinIsolation, attempt.TraceParent(admitted.TraceParent), progress, spool);
                switch (await dispatcher.RunAsync(dispatch, either.Token))
                {
                    case DispatchResult.Busy:
                        continue;
                    case DispatchResult.Done late when either.IsCancellationRequested || clock.GetUtcNow() >= due:
                        // Nobody waits for it any more: it is neither delivered nor paid, and what it used stays on the receipt.
                        return run.Stopped(offer, startedAt, late.Usage, cancellationToken.IsCancellationRequested);
                    case DispatchResult.Done done:
                        var checkedDelivery = Check(job.Placed, done, out var delivery);
                        run.Add(offer, startedAt, done.Usage, checkedDelivery);
                        return delivery is not null
                            ? run.Done(delivery, offer, done.Units)
                            : run.NotDone(JobState.Failed, checkedDelivery!);
                    case DispatchResult.Stopped stopped:
                        return run.Stopped(offer, startedAt, stopped.Usage, cancellationToken.IsCancellationRequested);
                    case DispatchResult.Failed failed:
                        var refusal = new Refusal(RefusalKind.NotDone, Allowed(admitted, failed.Code), failed.Message);
                        run.Add(offer, startedAt, failed.Usage, refusal);
                        if (!failed.Retryable)
                        {
                            return run.NotDone(JobState.Failed, refusal);
                        }

                        again = refusal;
                        break;
                }
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return run.Stopped(offer, startedAt, Nothing(clock.GetElapsedTime(started)), cancellationToken.IsCancellationRequested, isKnown: false);
            }
            catch (Exception e) when (e is StoreException or BlobTooLargeException)
            {
                var refusal = new Refusal(RefusalKind.Storage, RefusalCodes.StorageFailed, $"The result could not be kept: {e.Message}", "Free some room, then run it again: nothing was charged.");
                run.Add(offer, startedAt, Nothing(clock.GetElapsedTime(started)), refusal, isKnown: false);
                return run.NotDone(JobState.Failed, refusal);
            }
            catch (Exception e)
            {
                // What runs workers has a defect: the job ends all the same, and costs nothing.
                var refusal = new Refusal(RefusalKind.NotDone, RefusalCodes.Internal, $"What runs the workers failed: {e.Message}", "Run it again; if it stays so, report it.");
                run.Add(offer, startedAt, Nothing(clock.GetElapsedTime(started)), refusal, isKnown: false);
                return run.NotDone(JobState.Failed, refusal);
            }
        }

        return run.NotDone(JobState.Failed, again ?? new Refusal(
            RefusalKind.NoOffer, RefusalCodes.Busy, "No candidate had room for the job.", "Try again in a moment."), isRetryable: again is not null, isBusy: again is null);
    }

    /// <summary>The end of a job that was funded when the controller stopped. For <see cref="Recovery.Recovery"/> alone.</summary>
    internal static FinishedJob Interrupted(FundedJob job) => NotStarted(job, JobState.Interrupted, Stopped);

    /// <summary>The end of a queued job that was not run again: what earlier attempts did is on its receipt.</summary>
    internal static FinishedJob NotStarted(FundedJob job, JobState state, Refusal refusal) =>
        new(job, state, null, refusal, [.. job.History.Select(p => p.Attempt)]) { Usage = [.. job.History.Select(p => p.Usage)] };

    /// <summary>The end of a job whose run does not answer although its time is long over.</summary>
    internal static FinishedJob Lost(FundedJob job) => NotStarted(job, JobState.Interrupted, new(
        RefusalKind.NotDone, RefusalCodes.Interrupted, "What ran the job did not answer when its time was over; nothing was delivered and nothing was charged.", "Run it again."));

    /// <summary>The same job with another end that delivers nothing; what the attempts did stays on the receipt.</summary>
    internal FinishedJob EndedAs(JobState state, Refusal refusal) => new(Funded, state, null, refusal, Attempts) { Usage = Usage };

    /// <summary>A worker may not speak in the path's own words, unless its capability declares them.</summary>
    private static ErrorCode Allowed(AdmittedJob job, ErrorCode code) =>
        code == RefusalCodes.BadOutput || !RefusalCodes.All.Contains(code) || job.Entry.Capability.Errors.Any(e => e.Code == code) ? code : RefusalCodes.Internal;

    private static WorkerUsage Nothing(TimeSpan took) =>
        new(null, Isolation.None, new(took), Duration.Zero, default, null);

    /// <summary>Holds the worker to what the capability promises; a delivery that breaks the promise is not paid.</summary>
    private static Refusal? Check(PlacedJob placed, DispatchResult.Done done, out Delivery? delivery)
    {
        var (job, minIsolation) = (placed.Admitted, placed.MinIsolation);
        delivery = null;
        if (done.Usage.Isolation.Level < minIsolation)
        {
            return new(
                RefusalKind.NotDone, RefusalCodes.IsolationTooWeak,
                $"The worker proved '{done.Usage.Isolation}', which is {done.Usage.Isolation.Level}; {minIsolation} was demanded. Its answer was thrown away.");
        }

        try
        {
            using var document = JsonDocument.Parse(done.Output, new JsonDocumentOptions { MaxDepth = 64 });
            if (!job.Entry.Output.IsValid(document.RootElement))
            {
                var error = job.Entry.Output.Validate(document.RootElement).Errors[0];
                return new(RefusalKind.NotDone, RefusalCodes.BadOutput, $"The worker's output does not fit {job.Entry.Capability.Id}: {error.InstanceLocation}: {error.Message}");
            }

            var blobs = ImmutableDictionary<Digest, OutputBlob>.Empty;
            if (!done.Blobs.IsDefaultOrEmpty)
            {
                if (done.Blobs.Length > MaxBlobs)
                {
                    return new(RefusalKind.NotDone, RefusalCodes.BadOutput, $"The worker sent {done.Blobs.Length} blobs; at most {MaxBlobs} are taken.");
                }

                blobs = done.Blobs.DistinctBy(b => b.Digest).ToImmutableDictionary(b => b.Digest);
                var namedBlobs = BlobReference.All(document.RootElement);
                if (blobs.Any(b => namedBlobs.GetValueOrDefault(b.Key, -1) != b.Value.Length || b.Value.MediaType.Length > MaxMediaType))
                {
                    return new(RefusalKind.NotDone, RefusalCodes.BadOutput, "The worker sent a blob that its output does not name with its digest and its length.");
                }
            }

            if (job.Entry.Capability.BlobOutput is { } member && BlobReference.Read(document.RootElement, member) is { } named && !blobs.ContainsKey(named))
            {
                return new(RefusalKind.NotDone, RefusalCodes.BadOutput, $"The worker's output names a blob for '{member}' that it did not send.");
            }

            var output = done.Output;
            if (placed.Authorized.Decision.Constraints.Redact is { Output.IsDefaultOrEmpty: false } redact)
            {
                output = Redactor.Without(document.RootElement, redact.Output);
                using var left = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 64 });
                if (!job.Entry.Output.IsValid(left.RootElement))
                {
                    return new(
                        RefusalKind.NotDone, RefusalCodes.BadOutput,
                        $"Without what policy {placed.Authorized.Decision.Bundle} takes out, the result does not fit {job.Entry.Capability.Id}; nothing of it is delivered.");
                }

                var still = BlobReference.All(left.RootElement);
                blobs = blobs.RemoveRange(blobs.Keys.Where(digest => !still.ContainsKey(digest)));
            }

            var delivered = new Delivery(output, blobs, Digest.Of(output.Span));
            if (delivered.Bytes > job.Entry.Capability.Limits.Output.Value)
            {
                return new(RefusalKind.NotDone, RefusalCodes.BadOutput, $"The worker's output has {delivered.Bytes:N0} bytes; {job.Entry.Capability.Limits.Output.Value:N0} are allowed.");
            }

            delivery = delivered;
            return null;
        }
        catch (JsonException e)
        {
            return new(RefusalKind.NotDone, RefusalCodes.BadOutput, $"The worker's output is not JSON: {e.Message}");
        }
    }

    /// <summary>Collects the attempts of one run.</summary>
    private sealed class AttemptLog(FundedJob job)
    {
        private readonly List<Attempt> _attempts = [.. job.History.Select(p => p.Attempt)];
        private readonly List<WorkerUsage> _usage = [.. job.History.Select(p => p.Usage)];

        private bool _mayHaveRun;

        /// <param name="offer">The offer that was tried.</param>
        /// <param name="startedAt">When.</param>
        /// <param name="usage">What it used.</param>
        /// <param name="refusal">Why it was not done; null when it was.</param>
        /// <param name="isKnown">True when the node said how it ended, so that no worker in its answer means that none took it.</param>
        public void Add(Offer offer, DateTimeOffset startedAt, WorkerUsage usage, Refusal? refusal, bool isKnown = true)
        {
            _mayHaveRun |= usage.Worker is not null || !isKnown;
            _usage.Add(usage);
            _attempts.Add(new(
                _attempts.Count + 1, offer.Id, offer.Node, usage.Worker, usage.Isolation, startedAt, usage.Wall,
                refusal is null ? Outcome.Done : Outcome.NotDone, refusal?.Code));
        }

        /// <summary>Stopped during an attempt.</summary>
        public FinishedJob Stopped(Offer offer, DateTimeOffset startedAt, WorkerUsage usage, bool byCaller, bool isKnown = true)
        {
            var (state, refusal) = EndOf(byCaller);
            Add(offer, startedAt, usage, refusal, isKnown);
            return NotDone(state, refusal);
        }

        /// <summary>Stopped between two attempts.</summary>
        public FinishedJob Cut(bool byCaller)
        {
            var (state, refusal) = EndOf(byCaller);
            return NotDone(state, refusal);
        }

        private (JobState State, Refusal Refusal) EndOf(bool byCaller) => byCaller
            ? (JobState.Cancelled, TakenBack)
            : (JobState.Expired, new Refusal(
                RefusalKind.Deadline, RefusalCodes.DeadlinePassed, $"The deadline of {job.Placed.Deadline} passed before a result was delivered.",
                "Allow more time with --deadline, up to what the capability allows."));

        public FinishedJob Done(Delivery delivery, Offer offer, ImmutableDictionary<Unit, Quantity> units) =>
            new(job, JobState.Done, delivery, null, [.. _attempts]) { Offer = offer, Units = units, Usage = [.. _usage] };

        public FinishedJob NotDone(JobState state, Refusal refusal, bool isRetryable = false, bool isBusy = false) =>
            new(job, state, null, refusal, [.. _attempts]) { Usage = [.. _usage], IsRetryable = isRetryable, IsBusy = isBusy, MayHaveRun = _mayHaveRun };
    }
}
