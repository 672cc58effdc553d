using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;
using Crank.Mesh.Registry;
using Crank.Storage;

namespace Crank.Mesh;

/// <summary>Writes the ends of jobs, and reads them back for whoever asks later.</summary>
internal sealed class Endings(Bench bench)
{
    /// <summary>Settles, attests and closes; when that end cannot be written, a smaller one that delivers and charges nothing.</summary>
    /// <exception cref="StoreException">No end could be written: the hold goes back with the next housekeeping or start.</exception>
    public async Task<JobReport> EndAsync(FinishedJob finished)
    {
        try
        {
            return await CloseAsync(finished);
        }
        catch (Exception e) when (finished.Delivery is not null || e is not StoreException)
        {
            // When nobody knows what was written, the journal refuses this too.
            return await CloseAsync(finished.EndedAs(JobState.Failed, e is StoreException or BlobTooLargeException
                ? new(RefusalKind.Storage, RefusalCodes.StorageFailed, $"The result could not be kept: {e.Message}", "Free some room, then run it again: nothing was charged.")
                : new(RefusalKind.NotDone, RefusalCodes.Internal, $"The job could not be closed as it ended: {e.Message}", "Run it again; if it stays so, report it.")));
        }
    }

    /// <summary>What is known of a job from its row.</summary>
    public JobReport ReportOf(JobRow row, bool repeated)
    {
        if (!row.State.IsTerminal())
        {
            return new(row.Id, new(RefusalKind.Unknown, RefusalCodes.OutcomeUnknown, $"Job {row.Id} has not ended here.", "Ask again by its id."), null, null, repeated);
        }

        var delivery = row.State == JobState.Done ? bench.Results.Read(row.Result) : null;
        return new(row.Id, row.State == JobState.Done ? null : RefusalOf(row), delivery, StoredReceipts.Read(bench.Parts.Store, row.Id), repeated);
    }

    private async Task<JobReport> CloseAsync(FinishedJob finished)
    {
        var settled = SettledJob.Settle(finished, bench.Settings, bench.Parts.Zones);
        var id = finished.Funded.Row.Id;
        if (await IssuedReceipt.AttestAsync(
            settled, bench.Notary, bench.Journal, bench.Results, bench.Parts.Clock.GetUtcNow(), bench.Settings.Queue.KeepDead) is not { } issued)
        {
            return ReportOf(bench.Parts.Store.FindJob(id)!, repeated: false);
        }

        bench.Telemetry.Record(issued.Receipt, bench.Parts.Offers.Catalogue, SelfJob.Is(finished.Funded.Row));
        return new(id, finished.Refusal, finished.Delivery, issued.Receipt, false);
    }

    private static Refusal RefusalOf(JobRow row)
    {
        var code = row.Error ?? RefusalCodes.Interrupted;
        return new(
            RefusalCodes.KindOf(row.State, code), code, $"Job {row.Id} was {row.State.ToString().ToLowerInvariant()}: {code}.",
            row.IdempotencyKey is null ? "" : "The same key gives this outcome for 24 hours; run it again under a new one.");
    }
}
