using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Receipts;
using Crank.Mesh.Results;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Path;

/// <summary>The signed end of a job, in the log and on disk.</summary>
public sealed class IssuedReceipt
{
    private IssuedReceipt(Receipt receipt) => Receipt = receipt;

    /// <summary>What was signed.</summary>
    public Receipt Receipt { get; }

    /// <summary>Signs the statement, makes the result durable, and writes charges, state, result, receipt and log leaf in one commit.</summary>
    /// <returns>Null when the job was closed before, or taken from whoever ran it: nothing was written, and what is stored stands.</returns>
    internal static async Task<IssuedReceipt?> AttestAsync(SettledJob job, Notary notary, JournalWriter journal, ResultStore results, DateTimeOffset now, TimeSpan keepDead)
    {
        using var step = PathStep.Begin("attest");
        var funded = job.Finished.Funded;
        var row = funded.Row;
        var delivery = job.Finished.Delivery;
        var receipt = ReceiptBuilder.Build(
            notary.Origin, row.Id, row.Parent, row.Tenant, row.Principal, row.Capability, funded.Facts, job.Finished.State, job.Finished.Refusal?.Code,
            job.Finished.Attempts, job.Charge, job.Footprint, delivery?.Digest, row.AcceptedAt, now);
        var statement = notary.Sign(receipt);
        var result = delivery is null ? null : await results.MakeDurableAsync(delivery, now + FundedJob.KeyLifetime);
        var stored = delivery?.Blobs.Values.Where(b => b.IsStored).Select(b => b.Digest);
        var closed = await journal.PostAsync(new CloseCommand(row.Id, job.Finished.State, receipt.Error, result, job.Charge, statement, now, job.Footprint, stored,
            funded.Queued?.Fence, job.Finished.State is JobState.Done or JobState.Cancelled ? null : now + keepDead, funded.Facts.Asked.Purse));
        return closed ? new(receipt) : null;
    }

    /// <summary>Signs that a job was refused before it was funded, and writes row and receipt in one commit.</summary>
    internal static async Task<IssuedReceipt> RefuseAsync(RefusedJob job, Notary notary, JournalWriter journal, DateTimeOffset now)
    {
        using var step = PathStep.Begin("attest");
        var receipt = ReceiptBuilder.Build(
            notary.Origin, job.Row.Id, job.Row.Parent, job.Row.Tenant, job.Row.Principal, job.Row.Capability, job.Facts, JobState.Refused, job.Row.Error,
            [], Charge.None(Money.Zero(job.Facts.Asked.Ceiling.Currency)), null, null, job.Row.AcceptedAt, now);
        await journal.PostAsync(new RefuseCommand(job.Row with { FinishedAt = now }, job.Snapshot, notary.Sign(receipt)));
        return new(receipt);
    }
}
