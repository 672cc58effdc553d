using System.Collections.Immutable;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Audit;
using Crank.Mesh.Receipts;
using Crank.Storage;
using Crank.Trust.Statements;

namespace Crank.Mesh.Tests.Audit;

/// <summary>Each defect that somebody with the database in his hands could plant is found, and a sound store has none.</summary>
public sealed class LedgerVerifierTests
{
    [Fact]
    public async Task A_sound_store_has_no_findings_and_everything_was_looked_at()
    {
        await using var mesh = await FilledAsync();
        var report = mesh.Verify();
        Assert.Empty(report.Findings);
        Assert.True(report.AddsUp);
        Assert.Equal((5, 12, 4, 5, 5), (report.Accounts, report.Transfers, report.Holds, report.Receipts, report.Leaves));
    }

    [Fact]
    public async Task A_transfer_that_was_tampered_with_is_found() =>
        await FoundAsync(store => store.TransferRows = rows => [.. rows.Select((r, i) => i == 0 ? r with { AmountMicros = r.AmountMicros + 1 } : r)], "its receipt and its transfers differ by -1");

    [Fact]
    public async Task A_transfer_that_was_taken_away_is_found() =>
        await FoundAsync(store => store.TransferRows = rows => [.. rows.Skip(1)], "its receipt and its transfers differ by");

    [Fact]
    public async Task A_charge_that_was_posted_twice_is_found()
    {
        await using var mesh = await FilledAsync();
        var twice = mesh.Store.Transfers(null, 1)[0] with { Id = new(mesh.Ids.Next()) };
        await FoundAsync(store => store.TransferRows = rows => [.. rows, twice], "its receipt and its transfers differ by", mesh);
    }

    [Fact]
    public async Task A_charge_for_a_job_that_was_not_done_is_found()
    {
        await using var mesh = await FilledAsync();
        var failed = mesh.Store.ListJobs(TenantId.Owner, null, 10).First(j => j.State == JobState.Failed).Id;
        await FoundAsync(store => store.TransferRows = rows => [.. rows.Select((r, i) => i == 0 ? r with { Job = failed } : r)], "whose receipt charges nothing", mesh);
    }

    [Fact]
    public async Task A_balance_that_is_not_the_sum_of_its_transfers_is_found() =>
        await FoundAsync(store => store.AccountRows = rows => [.. rows.Select(r => r.Id == Opening.Platform ? r with { BalanceMicros = r.BalanceMicros + 1 } : r)], "platform");

    [Fact]
    public async Task Money_that_is_held_for_nothing_is_found() =>
        await FoundAsync(store => store.AccountRows = rows => [.. rows.Select(r => r.Id == Opening.Owner ? r with { HeldMicros = 5 } : r)], "owner");

    [Fact]
    public async Task A_hold_that_outlived_its_job_is_found() =>
        await FoundAsync(store => store.HoldRows = rows => [.. rows.Select((r, i) => i == 0 ? r with { Status = HoldStatus.Open } : r)], "is open, and the job is not");

    [Fact]
    public async Task A_receipt_that_was_changed_is_found() =>
        await FoundAsync(store => store.ReceiptRows = rows => [.. rows.Select((r, i) => i == 1 ? r with { Envelope = [.. r.Envelope[..^1], (byte)(r.Envelope[^1] ^ 1)] } : r)], "is not the leaf 1 of the log");

    [Fact]
    public async Task A_receipt_that_was_taken_away_is_found() =>
        await FoundAsync(store => store.ReceiptRows = rows => [.. rows.Where((_, i) => i != 2)], "where 2 was expected");

    [Fact]
    public async Task A_receipt_at_the_end_that_was_taken_away_is_found() =>
        await FoundAsync(store => store.ReceiptRows = rows => [.. rows.SkipLast(1)], "5 leaves and 4 receipts");

    [Fact]
    public async Task A_leaf_that_is_missing_is_found() =>
        await FoundAsync(store => store.Nodes = (level, index, hash) => (level, index) == (0, 3) ? null : hash, "is not the leaf 3 of the log");

    [Fact]
    public async Task A_node_inside_the_log_that_differs_is_found() =>
        await FoundAsync(store => store.Nodes = (level, _, hash) => level == 1 ? new byte[32] : hash, "");

    [Fact]
    public async Task A_checkpoint_of_another_log_is_found()
    {
        await using var other = await FilledAsync();
        await other.SubmitAsync();
        var wrong = other.Store.Checkpoints(5, 1)[0].Note;
        await FoundAsync(store => store.CheckpointRows = rows => [.. rows.Select((r, i) => i == 1 ? r with { Note = wrong } : r)], "checkpoint of size 2");
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_signed_by_this_mesh_is_found() =>
        await FoundAsync(store => store.CheckpointRows = rows => [.. rows.Select((r, i) => i == 1 ? r with { Note = r.Note.Replace("mesh.test/1", "mesh.test/2", StringComparison.Ordinal) } : r)], "checkpoint of size 2");

    [Fact]
    public async Task A_stranger_s_signature_is_found()
    {
        await using var mesh = await FilledAsync();
        var stranger = new Trust.Keys.TrustedKey(Trust.Keys.SigningKey.FromSeed(TestMesh.Origin, new byte[32]).Public);
        Assert.Contains(LedgerVerifier.Verify(mesh.Store, [stranger], TestMesh.Origin, TestMesh.Start).Findings, f => f.Contains("not signed by a key of this mesh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_whose_end_was_changed_is_found() =>
        await FoundAsync(store => store.Job = job => job is { State: JobState.Failed } ? job with { State = JobState.Done } : job, "and its receipt says Failed");

    [Fact]
    public async Task A_job_that_was_removed_is_found() =>
        await FoundAsync(store => store.Job = job => job.State == JobState.Done ? null : job, "has a receipt and is not stored");

    [Fact]
    public async Task A_charge_without_what_it_was_paid_for_is_found()
    {
        await using var mesh = await FilledAsync();
        await FoundAsync(store => store.Job = job => job with { Result = null }, "its result is not stored", mesh);
        mesh.Clock.Advance(TimeSpan.FromHours(24));
        await mesh.Controller.HousekeepAsync(CancellationToken.None);
        Assert.Empty(mesh.Verify().Findings);
    }

    [Fact]
    public async Task A_result_that_was_exchanged_is_found()
    {
        var other = Mesh.Results.ResultCodec.Encode(new("{}"u8.ToArray(), ImmutableDictionary<Digest, Run.OutputBlob>.Empty, Digest.Of("{}"u8)));
        await FoundAsync(store => store.Job = job => job.Result is null ? job : job with { Result = job.Result with { Inline = other } }, "is not the one its receipt names");
        await FoundAsync(store => store.Job = job => job.Result is null ? job : job with { Result = job.Result with { Inline = [1, 2, 3] } }, "is not the one its receipt names");
    }

    [Fact]
    public async Task A_charge_on_a_receipt_of_a_job_that_was_not_done_is_found()
    {
        await using var mesh = await FilledAsync();
        var rows = mesh.Store.Receipts(0, 10);
        var done = StoredReceipts.Read(mesh.Store, rows[0].Job)!;
        var forged = SignedStatement.Sign(done with { State = JobState.Failed, Outcome = Outcome.NotDone }, mesh.Parts(mesh.Store).Key());
        await FoundAsync(store => store.ReceiptRows = all => [.. all.Select((r, i) => i == 0 ? r with { Envelope = forged.Envelope.ToArray() } : r)], "and was not done", mesh);
    }

    [Fact]
    public async Task What_is_exported_is_every_transfer()
    {
        await using var mesh = await FilledAsync();
        using var csv = new StringWriter();
        LedgerExporter.Write(mesh.Store, csv, asCsv: true);
        Assert.Equal(1 + 12, csv.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var lines = new StringWriter();
        LedgerExporter.Write(mesh.Store, lines, asCsv: false);
        Assert.Equal(12, lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>Three jobs that were done, one that failed and one that was refused.</summary>
    private static async Task<TestMesh> FilledAsync()
    {
        var mesh = await TestMesh.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await mesh.SubmitAsync();
        }

        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        await mesh.SubmitAsync();
        await mesh.SubmitAsync(TestMesh.Request("{}"));
        mesh.Workers.Answer(ScriptedWorkers.Done());
        return mesh;
    }

    private static async Task FoundAsync(Action<TamperedStore> tamper, string finding, TestMesh? mesh = null)
    {
        await using var own = mesh is null ? await FilledAsync() : null;
        mesh ??= own!;
        await using var store = new TamperedStore(mesh.Store);
        Assert.Empty(LedgerVerifier.Verify(store, mesh.Keys, TestMesh.Origin, mesh.Clock.GetUtcNow()).Findings);
        tamper(store);
        var findings = LedgerVerifier.Verify(store, mesh.Keys, TestMesh.Origin, mesh.Clock.GetUtcNow()).Findings;
        Assert.Contains(findings, f => f.Contains(finding, StringComparison.Ordinal));
    }
}
