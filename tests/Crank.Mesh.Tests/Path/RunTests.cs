using System.Text;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Run;

namespace Crank.Mesh.Tests.Path;

public sealed class RunTests
{
    private static readonly byte[] s_content = Encoding.UTF8.GetBytes("what was made");

    [Fact]
    public async Task A_retryable_error_goes_to_the_next_offer_and_only_what_was_delivered_is_paid()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var answers = new Queue<DispatchResult>([ScriptedWorkers.Failed("worker-crashed", retryable: true), ScriptedWorkers.Done()]);
        mesh.Workers.Run = (_, _) => Task.FromResult(answers.Dequeue());
        var report = await mesh.SubmitAsync();
        Assert.Null(report.Refusal);
        Assert.Equal([Outcome.NotDone, Outcome.Done], report.Receipt!.Attempts.Select(a => a.Outcome));
        Assert.Equal(2, report.Receipt.Attempts.Select(a => a.Offer).Distinct().Count());
        Assert.Equal(new Money(-1_000, Currency.Eur), mesh.Balance("owner"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task Another_error_is_not_tried_again()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        mesh.AssertCostsNothing(await mesh.SubmitAsync());
        Assert.Single(mesh.Workers.Seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Taken_back_at_any_point_a_job_ends_once_with_a_receipt_and_nothing_stays_held(int point)
    {
        await using var mesh = await TestMesh.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var commits = 0;
        mesh.Fault = _ =>
        {
            if (commits++ == (point == 3 ? 1 : 0) && point is 1 or 3)
            {
                cancel.Cancel(); // During Fund, or during Attest.
            }

            return Storage.CommitFault.None;
        };
        mesh.Workers.Run = async (_, _) =>
        {
            if (point == 2)
            {
                await cancel.CancelAsync(); // While it runs; the worker is done all the same, and too late.
            }

            return ScriptedWorkers.Done();
        };
        if (point == 0)
        {
            await cancel.CancelAsync();
        }

        var report = await mesh.SubmitAsync(cancellationToken: cancel.Token);
        Assert.NotNull(report.Receipt);
        if (point < 3)
        {
            Assert.Equal("cancelled", report.Refusal!.Code.ToString());
            Assert.Equal(point == 2 ? 1 : 0, report.Receipt.Attempts.Length);
            Assert.Equal(point == 2 ? 1 : 0, mesh.Workers.Seen.Count);
            mesh.AssertCostsNothing(report);
        }
        else
        {
            Assert.Null(report.Refusal); // It was delivered, and then it is paid.
            Assert.Equal(new Money(-1_000, Currency.Eur), mesh.Balance("owner"));
        }

        mesh.AssertSound();
    }

    [Fact]
    public async Task A_blob_of_the_output_is_delivered_by_its_digest()
    {
        await using var mesh = await WithBlobOutputAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done(Naming(s_content), blobs: new OutputBlob("text/plain", s_content)));
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal(s_content, report.Delivery!.BlobOf("file")!.Memory.ToArray());
        Assert.Equal(s_content, (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Delivery!.BlobOf("file")!.Memory.ToArray());
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_blob_that_does_not_come_or_is_not_named_or_differs_is_bad_output()
    {
        await using var mesh = await WithBlobOutputAsync();
        foreach (var answer in new[]
        {
            ScriptedWorkers.Done(Naming(s_content)),
            ScriptedWorkers.Done(blobs: new OutputBlob("text/plain", s_content)),
            ScriptedWorkers.Done(Naming(s_content), blobs: new OutputBlob("text/plain", Encoding.UTF8.GetBytes("something else"))),
            ScriptedWorkers.Done(Naming(s_content, length: 1), blobs: new OutputBlob("text/plain", s_content)),
            ScriptedWorkers.Done(Naming(s_content), blobs: new OutputBlob(new('x', 300), s_content)),
            ScriptedWorkers.Done(Naming(s_content), blobs: [.. Enumerable.Repeat(new OutputBlob("text/plain", s_content), 257)]),
            ScriptedWorkers.Done(Naming(new byte[70_000]), blobs: new OutputBlob("text/plain", new byte[70_000])),
        })
        {
            mesh.Workers.Answer(answer);
            var report = await mesh.SubmitAsync();
            Assert.Equal("bad-output", report.Refusal?.Code.ToString());
            mesh.AssertCostsNothing(report);
        }
    }

    [Fact]
    public async Task Output_exactly_at_the_limit_is_taken_and_one_byte_more_is_not()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await WithBlobOutputAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock);
        await mesh.ReopenAsync();
        var room = (int)TestMesh.Echo.Limits.Output.Value - Naming(new byte[60_000]).Length;
        foreach (var (length, code) in new[] { (room, null), (room + 1, "bad-output") })
        {
            var content = new byte[length];
            mesh.Workers.Answer(ScriptedWorkers.Done(Naming(content), blobs: new OutputBlob("text/plain", content)));
            Assert.Equal(code, (await mesh.SubmitAsync()).Refusal?.Code.ToString());
        }
    }

    [Fact]
    public async Task An_answer_after_the_deadline_is_neither_delivered_nor_paid()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Run = (_, _) =>
        {
            // The worker does not listen, and the runtime's timer has not fired yet.
            mesh.Clock.SetUtcNow(TestMesh.Start + TestMesh.Echo.Limits.Deadline.Time);
            return Task.FromResult<DispatchResult>(ScriptedWorkers.Done());
        };
        var report = await mesh.SubmitAsync();
        Assert.Equal(("deadline-passed", JobState.Expired), (report.Refusal!.Code.ToString(), report.Receipt!.State));
        Assert.Equal("deadline-passed", Assert.Single(report.Receipt.Attempts).Error.ToString());
        mesh.AssertCostsNothing(report);
    }

    [Fact]
    public async Task A_large_blob_of_the_output_lies_in_the_blob_store_as_long_as_its_result()
    {
        using var folder = new TemporaryFolder();
        var blobs = folder.Blobs(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestMesh.Start));
        await using var mesh = await TestMesh.OpenAsync(prepare: m => (m.Capability, m.Blobs) = (TestMesh.CapabilityOf(1_000, blobOutput: "file"), blobs));
        var content = new byte[50_000];
        new Random(1).NextBytes(content);
        mesh.Workers.Run = async (job, token) => ScriptedWorkers.Done(
            Naming(content), blobs: [await job.Spool.KeepAsync("text/plain", new MemoryStream(content), token), await job.Spool.KeepAsync("text/plain", new MemoryStream(content), token)]);
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        foreach (var told in new[] { report, await mesh.SubmitAsync(TestMesh.Request(key: "k")), mesh.Controller.Find(TenantId.Owner, report.Job!.Value)! })
        {
            var blob = told.Delivery!.BlobOf("file")!;
            Assert.True(blob.IsStored);
            Assert.Equal((50_000L, Digest.Of(content), "text/plain"), (blob.Length, blob.Digest, blob.MediaType));
            Assert.Equal(content, (await blob.ReadAsync(CancellationToken.None)).ToArray());
            Assert.Equal(50_000 + Naming(content).Length, told.Delivery.Bytes);
        }

        Assert.Equal([Digest.Of(content)], mesh.Store.ReferencedBlobs());
        Assert.NotNull(mesh.Store.FindJob(report.Job!.Value)!.Result!.Inline);
        mesh.AssertSound();
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        await mesh.Controller.HousekeepAsync(CancellationToken.None);
        Assert.Empty(mesh.Store.ReferencedBlobs());
    }

    [Theory]
    [InlineData(OutputSpool.MaxMemoryBytes, false)]
    [InlineData(OutputSpool.MaxMemoryBytes + 1, true)]
    public async Task A_few_bytes_stay_in_memory_and_more_are_stored(int length, bool stored)
    {
        using var folder = new TemporaryFolder();
        var content = new byte[length];
        new Random(2).NextBytes(content);
        var kept = await new OutputSpool(folder.Blobs(TimeProvider.System)).KeepAsync("a/b", new MemoryStream(content), CancellationToken.None);
        Assert.Equal((stored, (long)length, Digest.Of(content)), (kept.IsStored, kept.Length, kept.Digest));
        Assert.Equal(content, (await kept.ReadAsync(CancellationToken.None)).ToArray());
        Assert.False((await new OutputSpool(null).KeepAsync("a/b", new MemoryStream(content), CancellationToken.None)).IsStored);
    }

    [Fact]
    public async Task A_blob_store_without_room_ends_the_job_as_storage_failed()
    {
        using var folder = new TemporaryFolder();
        var blobs = folder.Blobs(TimeProvider.System, new(100_000, 20_000));
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Blobs = blobs);
        mesh.Workers.Run = async (job, token) => ScriptedWorkers.Done(blobs: [await job.Spool.KeepAsync("a/b", new MemoryStream(new byte[60_000]), token)]);
        var report = await mesh.SubmitAsync();
        Assert.Equal(("storage-failed", RefusalKind.Storage), (report.Refusal!.Code.ToString(), report.Refusal.Kind));
        mesh.AssertCostsNothing(report);
    }

    [Fact]
    public async Task A_defect_between_run_and_commit_ends_the_job_as_internal()
    {
        // Offers whose provider has no account: the rule of the ledger throws when the charge is posted.
        var strangers = TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo).Offers.Select(o => o with { Provider = AccountId.Parse("provider/nowhere") });
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Offers = new(Market.OfferSnapshot.Of(strangers)));
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal(("internal", JobState.Failed), (report.Refusal!.Code.ToString(), report.Receipt!.State));
        mesh.AssertCostsNothing(report);
        Assert.Equal("internal", (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Refusal!.Code.ToString());
    }

    private static Task<TestMesh> WithBlobOutputAsync() => TestMesh.OpenAsync(prepare: m => m.Capability = TestMesh.CapabilityOf(1_000, blobOutput: "file"));

    private static string Naming(byte[] content, int? length = null) =>
        $$"""{"message":"ok","file":{"digest":"{{Digest.Of(content)}}","length":{{length ?? content.Length}} } }""";
}
