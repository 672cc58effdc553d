using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Results;
using Crank.Storage;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;

namespace Crank.Mesh.Audit;

/// <summary>The full scan behind <c>crank ledger verify</c>: does money add up, does the log hold what was signed, and do they agree with each other?</summary>
public static class LedgerVerifier
{
    private const int Page = 1000;
    private const int MaxFindings = 100;

    /// <summary>Scans a whole store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="keys">The mesh's keys, current and former.</param>
    /// <param name="origin">The log's origin.</param>
    /// <param name="now">The time: a result may be gone 24 hours after its job ended, and not before.</param>
    public static LedgerReport Verify(IStore store, IReadOnlyList<TrustedKey> keys, string origin, DateTimeOffset now)
    {
        var findings = CheckMoney(store, Holds(store)).ToList();
        findings.AddRange(Holds(store)
            .Where(hold => hold.Status == HoldStatus.Open && store.FindJob(hold.Job)?.State.IsTerminal() != false)
            .Select(hold => $"The hold of job {hold.Job} is open, and the job is not."));
        var (receipts, charged) = Receipts(store, keys, now, findings);
        var transfers = Transfers(store, charged, findings);
        var leaves = Log(store, keys, origin, findings);
        if (leaves != receipts)
        {
            findings.Add($"The log has {leaves} leaves and {receipts} receipts are stored.");
        }

        return new(store.Accounts().Count, transfers, Holds(store).LongCount(), receipts, leaves, Capped(findings));
    }

    /// <summary>The scan of every start: is each balance the sum of its transfers, does everything sum to zero, is what is held the sum of the open holds?</summary>
    /// <param name="store">The store.</param>
    /// <param name="stored">Its open holds at least; the closed ones count for nothing.</param>
    /// <returns>What does not add up, in words.</returns>
    public static IReadOnlyList<string> CheckMoney(IStore store, IEnumerable<HoldRow> stored)
    {
        var accounts = store.Accounts();
        var currencies = accounts.ToDictionary(a => a.Id, a => a.Currency);
        var flows = store.Flows().Select(f => new Crank.Ledger.AccountFlow(f.Account, new(f.DebitMicros, f.Currency), new(f.CreditMicros, f.Currency)));
        var holds = stored.Select(h => LedgerRows.Hold(h, currencies.GetValueOrDefault(h.Account)));
        return [.. LedgerAudit.Check(accounts.Select(LedgerRows.Account), flows, holds).Select(f => $"{f.Subject}: {f.Detail}")];
    }

    private static List<string> Capped(List<string> findings) =>
        findings.Count <= MaxFindings ? findings : [.. findings.Take(MaxFindings), $"and {findings.Count - MaxFindings} more"];

    /// <summary>Every receipt is signed, stands where the log says, and charges only what was delivered.</summary>
    private static (long Count, Dictionary<JobId, long> Charged) Receipts(IStore store, IReadOnlyList<TrustedKey> keys, DateTimeOffset now, List<string> findings)
    {
        var charged = new Dictionary<JobId, long>();
        long count = 0;
        while (store.Receipts(count, Page) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                if (row.LogIndex != count)
                {
                    findings.Add($"Receipt of job {row.Job} is at {row.LogIndex}, where {count} was expected.");
                }

                count++;
                if (!LogHasher.Leaf(row.Envelope).Span.SequenceEqual(store.NodeHash(0, row.LogIndex)))
                {
                    findings.Add($"Receipt of job {row.Job} is not the leaf {row.LogIndex} of the log.");
                }

                if (!DsseEnvelope.TryParse(row.Envelope, out var envelope, out var why) || !ReceiptStatement.TryDecode(envelope.Payload, out var receipt, out why))
                {
                    findings.Add($"Receipt of job {row.Job} cannot be read: {why}");
                    continue;
                }

                if (!envelope.Signatures.All(s => keys.Any(k => envelope.IsSignedBy(k.Key, s))))
                {
                    findings.Add($"Receipt of job {row.Job} is not signed by a key of this mesh.");
                }

                if (receipt.Job != row.Job)
                {
                    findings.Add($"Receipt of job {row.Job} speaks of job {receipt.Job}.");
                }

                findings.AddRange(Deliveries(store.FindJob(row.Job), receipt, now));
                if (receipt.Charge.Total.Micros != 0)
                {
                    charged[row.Job] = receipt.Charge.Total.Micros;
                    if (receipt.Outcome != Outcome.Done)
                    {
                        findings.Add($"Job {row.Job} was charged {receipt.Charge.Total} and was not done.");
                    }
                }
            }
        }

        return (count, charged);
    }

    /// <summary>The job ended as its receipt says, and what was delivered is stored as long as it must be.</summary>
    private static IEnumerable<string> Deliveries(JobRow? job, Receipt receipt, DateTimeOffset now)
    {
        if (job is null)
        {
            yield return $"Job {receipt.Job} has a receipt and is not stored.";
            yield break;
        }

        if (job.State != receipt.State)
        {
            yield return $"Job {job.Id} is {job.State} and its receipt says {receipt.State}.";
        }

        if ((receipt.State == JobState.Done) != (receipt.Output is not null))
        {
            yield return $"The receipt of job {job.Id} says {receipt.State} and {(receipt.Output is null ? "names no output" : "names an output")}.";
        }

        if (job is { State: JobState.Done, Result: null } && receipt.FinishedAt + FundedJob.KeyLifetime > now)
        {
            yield return $"Job {job.Id} is done and its result is not stored, though its 24 hours are not over.";
        }

        if (job.Result?.Inline is { } inline && OutputDigest(job, inline) != receipt.Output)
        {
            yield return $"The stored result of job {job.Id} is not the one its receipt names.";
        }
    }

    private static Digest? OutputDigest(JobRow job, byte[] inline)
    {
        try
        {
            return SaltedDigest.Of(JobFacts.Decode(job).Asked.Salt, ResultCodec.Decode(inline).Digest);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>What was transferred for a job is what its receipt says, no more and no less.</summary>
    private static long Transfers(IStore store, Dictionary<JobId, long> charged, List<string> findings)
    {
        long count = 0;
        foreach (var row in Paged<TransferRow, TransferId>(store.Transfers, t => t.Id))
        {
            count++;
            if (row.Kind != TransferKind.Charge || row.Job is not { } job)
            {
                continue;
            }

            if (!charged.TryGetValue(job, out var left))
            {
                findings.Add($"Transfer {row.Id} charges job {job}, whose receipt charges nothing.");
            }
            else
            {
                charged[job] = left - row.AmountMicros;
            }
        }

        findings.AddRange(charged.Where(c => c.Value != 0).Select(c => $"Job {c.Key}: its receipt and its transfers differ by {c.Value} micro-units."));
        return count;
    }

    private static long Log(IStore store, IReadOnlyList<TrustedKey> keys, string origin, List<string> findings)
    {
        long leaves = 0;
        var audit = LogConsistency.Check(
            Leaves(),
            Checkpoints(store, keys, origin, findings),
            (level, index) => store.NodeHash(level, index) is { } hash ? new LogHash(hash) : null);
        if (audit is LogAudit.Broken broken)
        {
            findings.AddRange(broken.Findings);
        }

        return leaves;

        IEnumerable<LogHash> Leaves()
        {
            while (store.LeafHashes(leaves, Page) is { Count: > 0 } page)
            {
                foreach (var hash in page)
                {
                    leaves++;
                    yield return new(hash);
                }
            }
        }
    }

    private static IEnumerable<(long Size, LogHash Root)> Checkpoints(IStore store, IReadOnlyList<TrustedKey> keys, string origin, List<string> findings)
    {
        long after = -1;
        while (store.Checkpoints(after, Page) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                after = row.Size;
                if (!SignedNote.TryParse(row.Note, out var note, out var why) || !Checkpoint.TryParse(note.Text, out var checkpoint, out why))
                {
                    findings.Add($"The checkpoint of size {row.Size} cannot be read: {why}");
                    continue;
                }

                if (checkpoint.Origin != origin || checkpoint.Size != row.Size || !note.Signatures.Any(s => keys.Any(k => note.IsSignedBy(k.Key, s))))
                {
                    findings.Add($"The checkpoint of size {row.Size} is not this mesh's: its origin, size or signature does not fit.");
                }

                yield return (checkpoint.Size, checkpoint.Root);
            }
        }
    }

    private static IEnumerable<HoldRow> Holds(IStore store) => Paged<HoldRow, JobId>(store.Holds, h => h.Job);

    private static IEnumerable<TRow> Paged<TRow, TKey>(Func<TKey?, int, IReadOnlyList<TRow>> read, Func<TRow, TKey> key)
        where TKey : struct
    {
        TKey? after = null;
        while (read(after, Page) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                yield return row;
            }

            after = key(page[^1]);
        }
    }
}
