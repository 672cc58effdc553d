using System.Collections.Concurrent;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Audit;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;
using Crank.Mesh.Results;
using Crank.Mesh.Run;
using Crank.Storage;
using Crank.Trust.Log;

namespace Crank.Mesh;

/// <summary>The controller of an embedded mesh: takes requests down the one path and answers what became of them.</summary>
public sealed class Controller : IAsyncDisposable
{
    private readonly ControllerSettings _settings;
    private readonly ControllerParts _parts;
    private readonly Notary _notary;
    private readonly ResultStore _results;
    private readonly JournalWriter _journal;
    private readonly ConcurrentDictionary<JobId, TaskCompletionSource<JobReport>> _running = new();

    private Controller(ControllerSettings settings, ControllerParts parts, Notary notary, JournalState state)
    {
        (_settings, _parts, _notary) = (settings, parts, notary);
        _results = new(parts.Blobs);
        _journal = new(parts.Store, state, parts.Ids, notary.Checkpoint, settings.OwnJournalThread);
    }

    /// <summary>The capabilities known here.</summary>
    public CapabilityCatalogue Catalogue => _parts.Catalogue;

    /// <summary>The jobs that a crash had left open and that were closed when this controller opened.</summary>
    public IReadOnlyList<JobId> Recovered { get; private set; } = [];

    /// <summary>Opens a mesh: loads what is stored, opens the accounts on first use, and closes what a crash left open.</summary>
    /// <exception cref="ClockBehindException">The clock stands behind the newest job.</exception>
    /// <exception cref="AccountsException">The accounts do not fit the settings.</exception>
    /// <exception cref="LedgerBrokenException">The money does not add up.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task<Controller> OpenAsync(ControllerSettings settings, ControllerParts parts)
    {
        var controller = Load(settings, parts);
        try
        {
            await controller.StartAsync();
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads what is stored, and checks it, without writing anything.</summary>
    internal static Controller Load(ControllerSettings settings, ControllerParts parts)
    {
        var stored = parts.Store.Load();
        var now = parts.Clock.GetUtcNow();
        if (parts.Store.ListJobs(TenantId.Owner, null, 1) is [var newest] && newest.Id.Value.MadeAt - now > settings.ClockTolerance)
        {
            throw new ClockBehindException(now, newest.Id.Value.MadeAt);
        }

        var findings = LedgerVerifier.CheckMoney(parts.Store, stored.OpenHolds);
        if (findings.Count > 0)
        {
            throw new LedgerBrokenException(findings);
        }

        var log = LogState.FromPeaks(stored.LogSize, [.. stored.Frontier.Select(n => new LogHash(n.Hash))]);
        return new(
            settings, parts, new Notary(settings.Origin, parts.Key),
            new JournalState(LedgerRows.State(stored), log, stored.OpenJobs.ToDictionary(j => j.Id), []));
    }

    /// <summary>Opens the accounts on first use, and closes what a crash left open.</summary>
    internal async Task StartAsync()
    {
        var open = _journal.State.OpenJobs.Values.OrderBy(job => job.Id).ToList();
        var limit = new Money(_settings.OwnerLimitMicros, _settings.Currency);
        if (await _journal.PostAsync(new OpenAccountsCommand(limit)) is var opened and not LedgerStatus.Applied)
        {
            throw new AccountsException(opened == LedgerStatus.CurrencyMismatch
                ? $"The accounts of this data folder are kept in another currency than {_settings.Currency}."
                : $"The owner has spent more than the limit of {limit} allows.");
        }

        if (open.Count > 0)
        {
            await _journal.PostAsync(new ExpireHoldsCommand(_parts.Clock.GetUtcNow()));
            Recovered = await Recovery.Recovery.CloseInterruptedAsync(open, _notary, _journal, _results, _settings, _parts);
        }
    }

    /// <summary>Commits one batch of what waits, for a controller whose journal has no thread of its own.</summary>
    /// <returns>False when nothing waited.</returns>
    internal bool DrainJournal() => _journal.Drain();

    /// <summary>Takes one request down the path.</summary>
    /// <param name="request">The request; its tenant and principal come from whoever authenticated it.</param>
    /// <param name="progress">Told how far the worker is; null when nobody looks.</param>
    /// <param name="cancellationToken">Takes the job back: it ends as cancelled, costs nothing and has a receipt.</param>
    /// <remarks>What may go wrong is in the report; an exception is a defect of ours.</remarks>
    public async Task<JobReport> SubmitAsync(JobRequest request, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await WalkAsync(request, progress, cancellationToken);
        }
        catch (StoreException e)
        {
            return new(null, StorageRefusal(e), null, null, false);
        }
    }

    /// <summary>The receipt of a job as a self-contained file; null when it has none.</summary>
    public byte[]? ReceiptFile(JobId job) => StoredReceipts.File(_parts.Store, job);

    /// <summary>What is known of a job; null when there is none of that id.</summary>
    public JobReport? Find(JobId job) => _parts.Store.FindJob(job) is { } row ? ReportOf(row, repeated: false) : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private static Refusal StorageRefusal(StoreException e) => new(
        e is StoreFullException ? RefusalKind.Storage : RefusalKind.Unknown,
        RefusalCodes.StorageFailed,
        e.Message,
        "Free some room, then run it again: nothing was charged.");

    private async Task<JobReport> WalkAsync(JobRequest request, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var salt = _parts.Salt();
        var admit = await AdmittedJob.AdmitAsync(request, _parts.Catalogue, _parts.Ids, _parts.Clock, cancellationToken);
        if (!admit.Taken(out var admitted, out var refusal))
        {
            return _parts.Catalogue.Find(request.Capability, request.Version) is { } entry
                ? await RefuseAsync(UnadmittedFacts(request, salt), request, entry.Capability.Id, null, refusal)
                : new(null, refusal, null, null, false);
        }

        var facts = new JobFacts(new(admitted.Terms, Money.Zero(_settings.Currency), salt, Digest.Of(admitted.Input.Span), admitted.TraceParent), null, null);
        if (!AuthorizedJob.Authorize(admitted, _parts.Ids, _settings.MinIsolation, out var decision).Taken(out var authorized, out refusal))
        {
            return await RefuseAsync(facts with { Decision = decision }, request, admitted, null, refusal);
        }

        facts = facts with { Decision = decision };
        var offers = _parts.Offers.Current;
        if (!PlacedJob.Place(authorized, offers, _settings.Currency).Taken(out var placed, out refusal))
        {
            return await RefuseAsync(facts, request, admitted, offers.Row, refusal);
        }

        facts = facts with { Plan = placed.Plan, Asked = facts.Asked with { Ceiling = placed.Ceiling } };
        var (fund, first) = await FundedJob.FundAsync(placed, _journal, Opening.Owner, facts);
        if (first is { } earlier)
        {
            return await RepeatAsync(earlier, cancellationToken);
        }

        if (!fund.Taken(out var funded, out refusal))
        {
            return await RefuseAsync(facts, request, admitted, offers.Row, refusal);
        }

        var running = new TaskCompletionSource<JobReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[admitted.Id] = running;
        try
        {
            var report = await FinishAsync(funded, progress, cancellationToken);
            running.SetResult(report);
            return report;
        }
        catch (Exception e)
        {
            running.SetException(e);
            throw;
        }
        finally
        {
            _running.TryRemove(admitted.Id, out _);
        }
    }

    private async Task<JobReport> FinishAsync(FundedJob funded, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var finished = await FinishedJob.RunAsync(funded, _parts.Dispatcher, _parts.Clock, progress, cancellationToken);
        var settled = SettledJob.Settle(finished, _settings, _parts.Zones);
        try
        {
            return await IssuedReceipt.AttestAsync(settled, _notary, _journal, _results, _parts.Clock.GetUtcNow()) is { } issued
                ? new(funded.Row.Id, finished.Refusal, finished.Delivery, issued.Receipt, false)
                : ReportOf(_parts.Store.FindJob(funded.Row.Id)!, repeated: false);
        }
        catch (StoreException e)
        {
            // The second commit did not happen, or nobody knows: what was computed is not delivered, and the hold is given back by the next start.
            return new(funded.Row.Id, StorageRefusal(e), null, null, false);
        }
    }

    private async Task<JobReport> RepeatAsync(JobId first, CancellationToken cancellationToken)
    {
        if (_running.TryGetValue(first, out var running))
        {
            return (await running.Task.WaitAsync(cancellationToken)) with { Repeated = true };
        }

        return ReportOf(_parts.Store.FindJob(first)!, repeated: true);
    }

    private JobReport ReportOf(JobRow row, bool repeated)
    {
        if (!row.State.IsTerminal())
        {
            return new(row.Id, new(RefusalKind.Unknown, RefusalCodes.OutcomeUnknown, $"Job {row.Id} has not ended here.", "Ask again by its id."), null, null, repeated);
        }

        var delivery = row.State == JobState.Done ? _results.Read(row.Result) : null;
        var refusal = row.State == JobState.Done
            ? null
            : new Refusal(RefusalOf(row.State), row.Error ?? RefusalCodes.Interrupted, $"Job {row.Id} was {row.State.ToString().ToLowerInvariant()}: {row.Error}.");
        return new(row.Id, refusal, delivery, StoredReceipts.Read(_parts.Store, row.Id), repeated);
    }

    private static RefusalKind RefusalOf(JobState state) => state switch
    {
        JobState.Cancelled => RefusalKind.Cancelled,
        JobState.Expired => RefusalKind.Deadline,
        _ => RefusalKind.NotDone,
    };

    private JobFacts UnadmittedFacts(JobRequest request, byte[] salt) =>
        new(new(request.Terms, Money.Zero(_settings.Currency), salt, Digest.Of(request.Input.Span), request.TraceParent), null, null);

    private Task<JobReport> RefuseAsync(JobFacts facts, JobRequest request, AdmittedJob admitted, SnapshotRow? snapshot, Refusal refusal) =>
        RefuseAsync(facts, request, admitted.Entry.Capability.Id, snapshot, refusal, admitted);

    private async Task<JobReport> RefuseAsync(
        JobFacts facts, JobRequest request, CapabilityVersion capability, SnapshotRow? snapshot, Refusal refusal, AdmittedJob? admitted = null)
    {
        var now = _parts.Clock.GetUtcNow();
        var job = RefusedJob.Of(
            admitted?.Id ?? new(_parts.Ids.Next()), request, capability, admitted?.RequestDigest ?? facts.Asked.Input, facts with { Asked = facts.Asked with { Ceiling = Money.Zero(_settings.Currency) } },
            refusal, snapshot, admitted?.AcceptedAt ?? now);
        var issued = await IssuedReceipt.RefuseAsync(job, _notary, _journal, now);
        return new(job.Row.Id, refusal, null, issued.Receipt, false);
    }
}
