using System.Text;
using Crank.Core;

namespace Crank.Storage.Tests;

/// <summary>What every store promises. A database joins by deriving from this class and opening itself.</summary>
public abstract class StoreContract
{
    /// <summary>A store on what this test has written so far; opening it a second time is a restart.</summary>
    protected abstract IStore Open();

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using var store = Open();
        var state = store.Load();
        Assert.Empty(state.Accounts);
        Assert.Empty(state.OpenHolds);
        Assert.Empty(state.OpenJobs);
        Assert.Equal(0, state.LogSize);
        Assert.Empty(state.Frontier);
        Assert.Null(state.Checkpoint);
        Assert.Empty(state.Meta);
        Assert.Null(state.NewestJob);
        Assert.Empty(store.ReferencedBlobs());
        Assert.Empty(store.Flows());
        Assert.Null(store.FindJob(Rows.Job(1).Id));
        Assert.Null(store.FindKey(Rows.Key(1).Key));
        Assert.Null(store.FindReceipt(Rows.Job(1).Id));
        Assert.Null(store.FindHold(Rows.Job(1).Id));
        Assert.Null(store.NodeHash(0, 0));
        Assert.Null(store.NodeHash(-1, 0));
        Assert.Null(store.NodeHash(0, -1));
        Assert.Null(store.NodeHash(99, 0));
        Assert.Null(store.FindCheckpoint(0));
        Assert.Null(store.FindSnapshot(Rows.Digest(1)));
        Assert.Null(store.FindRecord("key", Rows.Tenant, "record 1"));
        Assert.Empty(store.ListRecords("key", null, null, 10));
        Assert.Empty(state.Queue);
        Assert.Null(store.FindQueued(Rows.Job(1).Id));
        Assert.Null(store.FindInput(Rows.Job(1).Id));
    }

    [Fact]
    public async Task Everything_that_was_written_comes_back_equal_also_after_a_restart()
    {
        var batch = Rows.Full(1);
        await using (var store = Open())
        {
            store.Commit(batch);
            AssertHolds(store, batch);
        }

        await using var again = Open();
        AssertHolds(again, batch);
        var state = again.Load();
        Assert.Equal(batch.Accounts, state.Accounts);
        Assert.Equal(batch.Holds, state.OpenHolds);
        Rows.AssertSame(batch.Jobs, state.OpenJobs);
        Assert.Equal(1, state.LogSize);
        Rows.AssertSame(batch.LogNodes, state.Frontier);
        Rows.AssertSame(batch.Queue, state.Queue);
        Assert.Equal(batch.Checkpoints[0], state.Checkpoint);
        Assert.Equal(batch.Meta[0].Value, state.Meta[batch.Meta[0].Name]);
    }

    [Theory]
    [InlineData("account")]
    [InlineData("key")]
    [InlineData("hold")]
    [InlineData("job")]
    [InlineData("transfer")]
    [InlineData("receipt")]
    [InlineData("log node")]
    [InlineData("checkpoint")]
    [InlineData("record")]
    [InlineData("place in the queue")]
    [InlineData("input")]
    public async Task A_conflict_in_any_row_leaves_nothing_of_its_batch_and_the_store_goes_on(string kind)
    {
        await using var store = Open();
        store.Commit(Rows.Full(1));
        var batch = Rows.Full(2);
        var earlier = Rows.Full(1);
        switch (kind)
        {
            case "account": batch.Accounts.Add(earlier.Accounts[0]); break;
            case "key": batch.Keys.Add(earlier.Keys[0] with { Job = Rows.Job(2).Id }); break;
            case "hold": batch.Holds.Add(earlier.Holds[0]); break;
            case "job": batch.Jobs.Add(earlier.Jobs[0]); break;
            case "transfer": batch.Transfers.Add(earlier.Transfers[0]); break;
            case "receipt": batch.Receipts.Add(earlier.Receipts[0] with { LogIndex = 77 }); break;
            case "log node": batch.LogNodes.Add(earlier.LogNodes[0]); break;
            case "record": batch.Records.Add(earlier.Records[0]); break;
            case "place in the queue": batch.Queue.Add(earlier.Queue[0]); break;
            case "input": batch.Inputs.Add(earlier.Inputs[0]); break;
            default: batch.Checkpoints.Add(earlier.Checkpoints[0]); break;
        }

        var conflict = Assert.Throws<StoreConflictException>(() => store.Commit(batch));
        Assert.Equal(kind, conflict.Kind);
        Assert.NotEmpty(conflict.Id);
        AssertHolds(store, Rows.Full(1));
        AssertHoldsNothingOf(store, batch);

        store.Commit(Rows.Full(2));
        AssertHolds(store, Rows.Full(2));
    }

    [Fact]
    public async Task Two_receipts_cannot_share_a_leaf()
    {
        await using var store = Open();
        store.Commit(Rows.Full(1));
        var batch = new Batch();
        batch.Receipts.Add(Rows.Full(1).Receipts[0] with { Job = Rows.Job(9).Id });
        Assert.Throws<StoreConflictException>(() => store.Commit(batch));
    }

    [Fact]
    public async Task A_row_is_changed_only_from_the_version_before()
    {
        await using var store = Open();
        store.Commit(Rows.Full(1));
        var (account, hold, job) = (Rows.Full(1).Accounts[0], Rows.Full(1).Holds[0], Rows.Full(1).Jobs[0]);

        foreach (var version in new long[] { 1, 3, 4 })
        {
            Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Accounts.Add(account with { Version = version }))));
            Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Holds.Add(hold with { Version = version }))));
            Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Jobs.Add(job with { Version = version }))));
        }

        account = account with { BalanceMicros = long.MinValue, HeldMicros = long.MaxValue, LimitMicros = -1, Version = 2 };
        hold = hold with { Status = HoldStatus.Settled, Version = 2 };
        job = job with { State = JobState.Done, FinishedAt = Rows.At(9), Result = new(3, [1, 2, 3], null, Rows.At(99)), Plan = [7], Version = 2 };
        store.Commit(Rows.Batch(batch =>
        {
            batch.Accounts.Add(account);
            batch.Holds.Add(hold);
            batch.Jobs.Add(job);
        }));
        Assert.Equal(account, store.Accounts().Single(row => row.Id == account.Id));
        Assert.Equal(hold, store.FindHold(hold.Job));
        Rows.AssertSame(job, store.FindJob(job.Id));
        Assert.Empty(store.Load().OpenHolds);
        Assert.Empty(store.Load().OpenJobs);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public async Task A_row_that_is_not_there_cannot_be_changed(long version)
    {
        await using var store = Open();
        Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Accounts.Add(Rows.Account(1) with { Version = version }))));
        Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Holds.Add(Rows.Hold(1) with { Version = version }))));
        Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Jobs.Add(Rows.Job(1) with { Version = version }))));
        Assert.Empty(store.Accounts());
    }

    [Fact]
    public async Task A_row_may_be_made_and_changed_in_one_batch()
    {
        await using var store = Open();
        var ended = Rows.Job(1) with { State = JobState.Failed, Error = ErrorCode.Parse("encrypted"), FinishedAt = Rows.At(2), Version = 2 };
        store.Commit(Rows.Batch(batch =>
        {
            batch.Jobs.Add(Rows.Job(1));
            batch.Jobs.Add(ended);
        }));
        Rows.AssertSame(ended, store.FindJob(ended.Id));
    }

    [Fact]
    public async Task A_key_is_unique_within_its_tenant_and_free_in_another()
    {
        await using var store = Open();
        var key = Rows.Key(1);
        var other = key with { Key = new(TenantId.Parse("other"), key.Key.Key), Job = Rows.Job(2).Id };
        store.Commit(Rows.Batch(batch => batch.Keys.AddRange([key, other])));
        Assert.Equal(key, store.FindKey(key.Key));
        Assert.Equal(other, store.FindKey(other.Key));
        Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Keys.Add(key with { Job = Rows.Job(3).Id }))));
        Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Keys.AddRange([Rows.Key(5), Rows.Key(5)]))));
        Assert.Equal(key, store.FindKey(key.Key));
        Assert.Null(store.FindKey(Rows.Key(5).Key));
    }

    [Fact]
    public async Task An_expired_key_is_listed_removed_and_free_in_the_same_commit()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.Keys.AddRange([Rows.Key(1) with { ExpiresAt = Rows.At(20) }, Rows.Key(2) with { ExpiresAt = Rows.At(10) }, Rows.Key(3) with { ExpiresAt = Rows.At(30) }])));
        Assert.Empty(store.ExpiredKeys(Rows.At(9), 10));
        Assert.Equal([Rows.Key(2).Key, Rows.Key(1).Key], store.ExpiredKeys(Rows.At(20), 10).Select(row => row.Key));
        Assert.Equal([Rows.Key(2).Key], store.ExpiredKeys(Rows.At(20), 1).Select(row => row.Key));

        var next = Rows.Key(2) with { Job = Rows.Job(9).Id, ExpiresAt = Rows.At(50) };
        store.Commit(Rows.Batch(batch =>
        {
            batch.RemovedKeys.AddRange([Rows.Key(1).Key, Rows.Key(2).Key, Rows.Key(8).Key]);
            batch.Keys.Add(next);
        }));
        Assert.Null(store.FindKey(Rows.Key(1).Key));
        Assert.Equal(next, store.FindKey(next.Key));
        Assert.Empty(store.ExpiredKeys(Rows.At(20), 10));
    }

    [Fact]
    public async Task A_result_is_listed_when_its_time_is_up_and_gone_once_forgotten()
    {
        await using var store = Open();
        var inline = Rows.Job(1) with { State = JobState.Done, Result = new(5, "hello"u8.ToArray(), null, Rows.At(10)) };
        var blob = Rows.Job(2) with { State = JobState.Done, Result = new(1L << 40, null, Rows.Digest(5), Rows.At(5)) };
        store.Commit(Rows.Batch(batch => batch.Jobs.AddRange([inline, blob, Rows.Job(3)])));
        Assert.Empty(store.ExpiredResults(Rows.At(4), 10));
        Rows.AssertSame([blob, inline], store.ExpiredResults(Rows.At(10), 10));

        var forgotten = inline with { Result = null, Version = 2 };
        store.Commit(Rows.Batch(batch => batch.Jobs.Add(forgotten)));
        Rows.AssertSame(forgotten, store.FindJob(inline.Id));
        Rows.AssertSame([blob], store.ExpiredResults(Rows.At(10), 10));
    }

    [Fact]
    public async Task A_blob_stays_referenced_until_its_last_reference_is_removed()
    {
        await using var store = Open();
        var first = new BlobRefRow(Rows.Digest(1), Rows.Job(1).Id, Rows.At(10));
        var second = first with { Job = Rows.Job(2).Id, ExpiresAt = Rows.At(20) };
        store.Commit(Rows.Batch(batch => batch.BlobRefs.AddRange([first, second])));
        store.Commit(Rows.Batch(batch => batch.BlobRefs.Add(first with { ExpiresAt = Rows.At(5) })));
        Assert.Equal([first], store.ExpiredBlobRefs(Rows.At(10), 10));
        store.Commit(Rows.Batch(batch => batch.RemovedBlobRefs.Add(first)));
        Assert.Equal([Rows.Digest(1)], store.ReferencedBlobs());
        store.Commit(Rows.Batch(batch => batch.BlobRefs.Add(second with { ExpiresAt = Rows.At(30) })));
        Assert.Empty(store.ExpiredBlobRefs(Rows.At(20), 10));
        Assert.Equal([second with { ExpiresAt = Rows.At(30) }], store.ExpiredBlobRefs(Rows.At(30), 10));
        store.Commit(Rows.Batch(batch => batch.RemovedBlobRefs.Add(second)));
        Assert.Empty(store.ReferencedBlobs());
    }

    [Fact]
    public async Task Jobs_of_a_tenant_come_newest_first_in_pages()
    {
        await using var store = Open();
        var other = Rows.Job(50) with { Tenant = TenantId.Parse("other") };
        store.Commit(Rows.Batch(batch => batch.Jobs.AddRange([Rows.Job(2), Rows.Job(1), other, Rows.Job(4), Rows.Job(3)])));
        var page = store.ListJobs(Rows.Tenant, null, 3);
        Rows.AssertSame([Rows.Job(4), Rows.Job(3), Rows.Job(2)], page);
        Rows.AssertSame([Rows.Job(1)], store.ListJobs(Rows.Tenant, page[^1].Id, 3));
        Assert.Empty(store.ListJobs(Rows.Tenant, Rows.Job(1).Id, 3));
        Rows.AssertSame([other], store.ListJobs(other.Tenant, null, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.ListJobs(Rows.Tenant, null, 0));
    }

    [Fact]
    public async Task Jobs_of_a_tenant_are_narrowed_by_state_capability_and_principal()
    {
        await using var store = Open();
        var done = Rows.Job(1) with { State = JobState.Done };
        var other = Rows.Job(2) with { Capability = CapabilityVersion.Parse("doc.convert.more@1.0.0") };
        var mine = Rows.Job(3) with { Principal = PrincipalId.Parse("me"), State = JobState.Done };
        var newer = Rows.Job(4) with { Capability = CapabilityVersion.Parse("doc.convert@2.0.0") };
        store.Commit(Rows.Batch(batch => batch.Jobs.AddRange([done, other, mine, newer, Rows.Job(5) with { Tenant = TenantId.Parse("other"), State = JobState.Done }])));
        Rows.AssertSame([mine, done], store.ListJobs(Rows.Tenant, null, 9, new(JobState.Done)));
        Rows.AssertSame([done], store.ListJobs(Rows.Tenant, mine.Id, 9, new(JobState.Done)));
        Rows.AssertSame([newer, mine, done], store.ListJobs(Rows.Tenant, null, 9, new(Capability: CapabilityName.Parse("doc.convert"))));
        Rows.AssertSame([mine], store.ListJobs(Rows.Tenant, null, 9, new(JobState.Done, CapabilityName.Parse("doc.convert"), PrincipalId.Parse("me"))));
        Assert.Empty(store.ListJobs(Rows.Tenant, null, 9, new(JobState.Failed)));
    }

    [Fact]
    public async Task Usage_adds_up_what_one_tenant_used_within_a_time()
    {
        await using var store = Open();
        var done = Rows.Job(1) with { State = JobState.Done, ChargedMicros = 5, Joules = 0.5, GramsCo2e = 0.25 };
        var made = done.Id.Value.MadeAt;
        store.Commit(Rows.Batch(batch => batch.Jobs.AddRange(
        [
            done, Rows.Job(2) with { State = JobState.Done, ChargedMicros = 7, Joules = 1.5 }, Rows.Job(3),
            Rows.Job(4) with { Tenant = TenantId.Parse("other"), State = JobState.Done, ChargedMicros = 100 },
        ])));
        var usage = store.Usage(Rows.Tenant, made, made.AddMilliseconds(1));
        Assert.Equal([new(done.Capability, JobState.Funded, 1, 0, 0, 0), new(done.Capability, JobState.Done, 2, 12, 2, 0.25)], usage);
        Assert.Empty(store.Usage(Rows.Tenant, made.AddMilliseconds(1), DateTimeOffset.MaxValue));
        Assert.Empty(store.Usage(Rows.Tenant, DateTimeOffset.MinValue, made));
        Rows.AssertSame(done, store.FindJob(done.Id));
        Assert.Equal(Rows.Job(4).Id, store.Load().NewestJob);
    }

    [Fact]
    public async Task Transfers_holds_receipts_and_checkpoints_come_in_order_in_pages()
    {
        await using var store = Open();
        foreach (var n in new[] { 3, 1, 2 })
        {
            store.Commit(Rows.Full(n));
        }

        Assert.Equal([Rows.Transfer(1), Rows.Transfer(2)], store.Transfers(null, 2));
        Assert.Equal([Rows.Transfer(3)], store.Transfers(Rows.Transfer(2).Id, 2));
        Assert.Equal([Rows.Hold(1), Rows.Hold(2)], store.Holds(null, 2));
        Assert.Equal([Rows.Hold(3)], store.Holds(Rows.Hold(2).Job, 2));
        Assert.Equal([0, 1], store.Receipts(0, 2).Select(row => row.LogIndex));
        Assert.Equal([1, 2], store.Receipts(1, 9).Select(row => row.LogIndex));
        Assert.Equal([1, 2, 3], store.Checkpoints(-1, 9).Select(row => row.Size));
        Assert.Equal([3], store.Checkpoints(2, 9).Select(row => row.Size));
        Assert.Equal(2, store.FindCheckpoint(2)?.Size);
        Assert.Null(store.FindCheckpoint(4));
    }

    [Fact]
    public async Task Flows_add_up_every_transfer_by_account_and_currency()
    {
        await using var store = Open();
        var (a, b) = (AccountId.Parse("a"), AccountId.Parse("b"));
        var dollar = Currency.Parse("USD");
        store.Commit(Rows.Batch(batch => batch.Transfers.AddRange(
        [
            Rows.Transfer(1) with { Debit = a, Credit = b, AmountMicros = 5, Currency = Currency.Eur },
            Rows.Transfer(2) with { Debit = b, Credit = a, AmountMicros = 3, Currency = Currency.Eur },
            Rows.Transfer(3) with { Debit = a, Credit = b, AmountMicros = 7, Currency = Currency.Eur },
            Rows.Transfer(4) with { Debit = a, Credit = b, AmountMicros = 1, Currency = dollar },
        ])));
        Assert.Equal(
            [new(a, Currency.Eur, 12, 3), new(a, dollar, 1, 0), new(b, Currency.Eur, 3, 12), new(b, dollar, 0, 1)],
            store.Flows());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task The_frontier_is_one_complete_subtree_for_each_bit_of_the_size(int size)
    {
        await using (var store = Open())
        {
            store.Commit(Rows.Batch(batch => batch.LogNodes.AddRange(Rows.Tree(size))));
        }

        await using var again = Open();
        var state = again.Load();
        Assert.Equal(size, state.LogSize);
        Assert.Equal(int.PopCount(size), state.Frontier.Count);
        var covered = 0L;
        foreach (var node in state.Frontier)
        {
            Assert.Equal(covered, node.Index << node.Level);
            Assert.Equal(Rows.NodeHash(node.Level, node.Index), node.Hash);
            covered += 1L << node.Level;
        }

        Assert.Equal(size, covered);
        Assert.Equal(Enumerable.Range(0, size).Select(index => Rows.NodeHash(0, index)), again.LeafHashes(0, 1_000));
        Assert.Equal([Rows.NodeHash(0, size - 1)], again.LeafHashes(size - 1, 5));
        Assert.Empty(again.LeafHashes(size, 5));
    }

    [Fact]
    public async Task A_log_with_a_hole_is_damaged_and_says_so()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.LogNodes.AddRange(Rows.Tree(6).Where(node => node is not { Level: 1, Index: 2 }))));
        Assert.Contains("1/2", Assert.Throws<StoreException>(store.Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_values_are_set_replaced_and_removed()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.Meta.AddRange([new("a", [1]), new("b", [])])));
        store.Commit(Rows.Batch(batch => batch.Meta.AddRange([new("a", [2, 3]), new("c", null)])));
        var meta = store.Load().Meta;
        Assert.Equal([2, 3], meta["a"]);
        Assert.Empty(meta["b"]);
        store.Commit(Rows.Batch(batch => batch.Meta.Add(new("a", null))));
        Assert.False(store.Load().Meta.ContainsKey("a"));
    }

    [Fact]
    public async Task A_snapshot_may_be_written_again()
    {
        await using var store = Open();
        var snapshot = new SnapshotRow(Rows.Digest(1), "offers"u8.ToArray());
        store.Commit(Rows.Batch(batch => batch.Snapshots.AddRange([snapshot, snapshot])));
        store.Commit(Rows.Batch(batch => batch.Snapshots.Add(snapshot)));
        Assert.Equal(snapshot.Content, store.FindSnapshot(snapshot.Digest));
    }

    [Fact]
    public async Task Big_values_come_back_whole()
    {
        await using var store = Open();
        var big = new byte[3_000_000];
        new Random(1).NextBytes(big);
        var job = Rows.Job(1) with { Terms = big, Plan = big, State = JobState.Done, Result = new(ResultRow.MaxInlineBytes, big[..ResultRow.MaxInlineBytes], null, Rows.At(1)) };
        store.Commit(Rows.Batch(batch =>
        {
            batch.Jobs.Add(job);
            batch.Receipts.Add(new(job.Id, 0, big));
            batch.Snapshots.Add(new(Rows.Digest(1), big));
        }));
        Rows.AssertSame(job, store.FindJob(job.Id));
        Assert.Equal(big, store.FindReceipt(job.Id)?.Envelope);
        Assert.Equal(big, store.FindSnapshot(Rows.Digest(1)));
    }

    [Theory]
    [InlineData("日本語 — Ünïcødé — العربية")]
    [InlineData("👩‍👩‍👧 \u0000 nul and \u001f and \r\n")]
    [InlineData("é composed")]
    [InlineData("é decomposed")]
    [InlineData("' OR 1=1; DROP TABLE job; --")]
    public async Task Text_comes_back_as_it_was(string text)
    {
        await using var store = Open();
        var key = Rows.Key(1) with { Key = new(Rows.Tenant, text) };
        store.Commit(Rows.Batch(batch =>
        {
            batch.Keys.Add(key);
            batch.Jobs.Add(Rows.Job(1) with { IdempotencyKey = text });
            batch.Checkpoints.Add(new(1, text));
        }));
        Assert.Equal(key, store.FindKey(key.Key));
        Assert.Equal(text, store.FindJob(Rows.Job(1).Id)?.IdempotencyKey);
        Assert.Equal(text, store.FindCheckpoint(1)?.Note);
        Assert.Null(store.FindKey(new(Rows.Tenant, text.Normalize(text.IsNormalized() ? NormalizationForm.FormD : NormalizationForm.FormC) + "x")));
    }

    [Fact]
    public async Task A_key_of_the_greatest_length_fits_and_one_past_it_is_refused()
    {
        await using var store = Open();
        var longest = Rows.Key(1) with { Key = new(Rows.Tenant, new('漢', KeyRow.MaxKeyLength)) };
        store.Commit(Rows.Batch(batch => batch.Keys.Add(longest)));
        Assert.Equal(longest, store.FindKey(longest.Key));
        var longer = longest with { Key = new(Rows.Tenant, new('漢', KeyRow.MaxKeyLength + 1)) };
        Assert.Throws<ArgumentException>(() => store.Commit(Rows.Batch(batch => batch.Keys.Add(longer))));
        Assert.Null(store.FindKey(longer.Key));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_row_is_refused_with_its_whole_batch(string what)
    {
        await using var store = Open();
        var batch = Rows.Full(1);
        var (id, transfer, job) = (Rows.Job(2).Id, Rows.Transfer(2), Rows.Job(2));
        switch (what)
        {
            case "no amount": batch.Transfers.Add(transfer with { AmountMicros = 0 }); break;
            case "negative amount": batch.Transfers.Add(transfer with { AmountMicros = -1 }); break;
            case "same account": batch.Transfers.Add(transfer with { Credit = transfer.Debit }); break;
            case "no kind": batch.Transfers.Add(transfer with { Kind = "" }); break;
            case "negative hold": batch.Holds.Add(Rows.Hold(2) with { AmountMicros = -1 }); break;
            case "hold version": batch.Holds.Add(Rows.Hold(2) with { Version = 0 }); break;
            case "account version": batch.Accounts.Add(Rows.Account(9) with { Version = 0 }); break;
            case "job version": batch.Jobs.Add(job with { Version = -1 }); break;
            case "job key": batch.Jobs.Add(job with { IdempotencyKey = "\ud800" }); break;
            case "big result": batch.Jobs.Add(job with { Result = new(ResultRow.MaxInlineBytes + 1, new byte[ResultRow.MaxInlineBytes + 1], null, Rows.At(1)) }); break;
            case "wrong length": batch.Jobs.Add(job with { Result = new(4, [1, 2, 3], null, Rows.At(1)) }); break;
            case "two results": batch.Jobs.Add(job with { Result = new(1, [1], Rows.Digest(1), Rows.At(1)) }); break;
            case "no result": batch.Jobs.Add(job with { Result = new(1, null, null, Rows.At(1)) }); break;
            case "empty key": batch.Keys.Add(Rows.Key(2) with { Key = new(Rows.Tenant, "") }); break;
            case "half a character": batch.Keys.Add(Rows.Key(2) with { Key = new(Rows.Tenant, "a\ud83d") }); break;
            case "short hash": batch.LogNodes.Add(new(0, 5, new byte[31])); break;
            case "level": batch.LogNodes.Add(new(LogNodeRow.MaxLevel + 1, 0, new byte[32])); break;
            case "index": batch.LogNodes.Add(new(1, 1L << 47, new byte[32])); break;
            case "leaf": batch.Receipts.Add(new(id, -1, [])); break;
            case "size": batch.Checkpoints.Add(new(-1, "")); break;
            case "note": batch.Checkpoints.Add(new(9, "\udc00")); break;
            case "queue version": batch.Queue.Add(Rows.Queued(2) with { Version = 0 }); break;
            case "dead without end": batch.Queue.Add(Rows.Queued(2) with { IsDead = true }); break;
            case "end without death": batch.Queue.Add(Rows.Queued(2) with { ExpiresAt = Rows.At(1) }); break;
            case "input twice": batch.Inputs.Add(Rows.Input(3) with { Blob = Rows.Digest(3) }); break;
            case "big input": batch.Inputs.Add(new(id, ResultRow.MaxInlineBytes + 1, new byte[ResultRow.MaxInlineBytes + 1], null)); break;
            case "record version": batch.Records.Add(Rows.Record(2) with { Version = 0 }); break;
            case "record kind": batch.Records.Add(Rows.Record(2) with { Kind = "" }); break;
            case "kind of nuls": batch.Records.Add(Rows.Record(2) with { Kind = "a\0b" }); break;
            case "record id": batch.Records.Add(Rows.Record(2) with { Id = new('x', KeyRow.MaxKeyLength + 1) }); break;
            case "big record": batch.Records.Add(Rows.Record(2) with { Body = new byte[RecordRow.MaxBodyBytes + 1] }); break;
            case "record of no text": batch.Records.Add(Rows.Record(2) with { Body = [0xff] }); break;
            default: batch.Meta.Add(new("", [])); break;
        }

        Assert.Throws<ArgumentException>(() => store.Commit(batch));
        AssertHoldsNothingOf(store, Rows.Full(1));
    }

    public static TheoryData<string> Malformed =>
    [
        "no amount", "negative amount", "same account", "no kind", "negative hold", "hold version", "account version", "job version", "job key", "big result",
        "queue version", "dead without end", "end without death", "input twice", "big input", "record version", "record kind", "kind of nuls", "record id", "big record", "record of no text", "wrong length", "two results", "no result", "empty key", "half a character", "short hash", "level", "index", "leaf", "size", "note", "name",
    ];

    [Fact]
    public async Task A_key_that_is_not_Unicode_stands_for_nothing()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.Keys.Add(Rows.Key(1) with { Key = new(Rows.Tenant, "a\ufffd") })));
        Assert.Null(store.FindKey(new(Rows.Tenant, "a\ud800")));
        Assert.NotNull(store.FindKey(new(Rows.Tenant, "a\ufffd")));
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_whole_commits_only()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.Accounts.AddRange([Rows.Account(1) with { BalanceMicros = 0 }, Rows.Account(2) with { BalanceMicros = 0 }])));
        const int commits = 300;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var seen = 0;
            do
            {
                var accounts = store.Accounts();
                Assert.Equal(accounts[0].Version, accounts[1].Version);
                Assert.Equal(0, accounts[0].BalanceMicros + accounts[1].BalanceMicros);
                seen++;
            }
            while (!done.IsCancellationRequested);

            return seen;
        })).ToArray();
        for (var n = 2; n <= commits; n++)
        {
            store.Commit(Rows.Batch(batch => batch.Accounts.AddRange(
            [
                Rows.Account(1) with { BalanceMicros = n, Version = n },
                Rows.Account(2) with { BalanceMicros = -n, Version = n },
            ])));
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), seen => Assert.True(seen > 0));
        Assert.Equal(commits, store.Accounts()[0].Version);
    }

    [Fact]
    public async Task A_batch_can_be_cleared_and_used_again()
    {
        await using var store = Open();
        var batch = Rows.Full(1);
        Assert.Equal(15, batch.Count);
        store.Commit(batch);
        batch.Clear();
        Assert.Equal(0, batch.Count);
        store.Commit(batch);
        AssertHolds(store, Rows.Full(1));
    }

    [Fact]
    public async Task A_closed_store_refuses_everything()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => store.Commit(Rows.Full(1)));
        Assert.Throws<ObjectDisposedException>(() => store.Load());
        Assert.Throws<ObjectDisposedException>(() => store.FindJob(Rows.Job(1).Id));
    }

    [Fact]
    public async Task A_place_in_the_queue_is_changed_from_the_version_before_and_removed_with_its_input()
    {
        await using var store = Open();
        var place = Rows.Queued(1);
        store.Commit(Rows.Full(1));
        Assert.Equal("place in the queue", Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Queue.Add(place with { Version = 3 })))).Kind);
        var moved = place with { Fence = 9, Attempts = 4, ReadyAt = Rows.At(50), History = null, Version = 2 };
        store.Commit(Rows.Batch(batch => batch.Queue.Add(moved)));
        Rows.AssertSame(moved, store.FindQueued(place.Job));
        Rows.AssertSame([moved], store.Load().Queue);
        store.Commit(Rows.Batch(batch => batch.RemovedQueue.AddRange([place.Job, Rows.Job(7).Id])));
        Assert.Null(store.FindQueued(place.Job));
        Assert.Null(store.FindInput(place.Job));
        Assert.Empty(store.Load().Queue);
        Assert.NotNull(store.FindJob(place.Job));
    }

    [Fact]
    public async Task Dead_letters_of_a_tenant_come_newest_first_and_expire()
    {
        await using var store = Open();
        QueueRow Dead(int n) => Rows.Queued(n) with { IsDead = true, ExpiresAt = Rows.At(n) };
        var other = Dead(4) with { Tenant = TenantId.Parse("other") };
        store.Commit(Rows.Batch(batch => batch.Queue.AddRange([Dead(1), Dead(3), Rows.Queued(2), other])));
        Rows.AssertSame([Dead(3), Dead(1)], store.DeadLetters(Rows.Tenant, null, 9));
        Rows.AssertSame([Dead(3)], store.DeadLetters(Rows.Tenant, null, 1));
        Rows.AssertSame([Dead(1)], store.DeadLetters(Rows.Tenant, Dead(3).Job, 9));
        Rows.AssertSame([Dead(1), Dead(3)], store.ExpiredDeadLetters(Rows.At(3), 9));
        Rows.AssertSame([Rows.Queued(2)], store.Load().Queue);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.DeadLetters(Rows.Tenant, null, 0));
    }

    [Fact]
    public async Task Jobs_that_wait_and_jobs_that_run_are_open()
    {
        await using var store = Open();
        var waits = Rows.Job(2) with { State = JobState.Queued };
        store.Commit(Rows.Batch(batch => batch.Jobs.AddRange([Rows.Job(1), waits, .. Enum.GetValues<JobState>().Where(s => s.IsTerminal()).Select((s, i) => Rows.Job(10 + i) with { State = s })])));
        Rows.AssertSame([Rows.Job(1), waits], store.Load().OpenJobs);
    }

    [Fact]
    public async Task A_record_is_made_changed_and_removed_only_from_the_version_before()
    {
        await using var store = Open();
        var first = Rows.Record(1);
        var second = first with { Body = "{}"u8.ToArray(), ExpiresAt = null, Version = 2 };
        store.Commit(Rows.Batch(batch => batch.Records.AddRange([first, first with { Tenant = TenantId.Parse("other") }, first with { Kind = "other" }])));
        foreach (var version in new long[] { 1, 3 })
        {
            var conflict = Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.Records.Add(first with { Version = version }))));
            Assert.Equal(("record", "key/tenant/record 1"), (conflict.Kind, conflict.Id));
        }

        store.Commit(Rows.Batch(batch => batch.Records.Add(second)));
        Rows.AssertSame(second, store.FindRecord("key", Rows.Tenant, "record 1"));
        foreach (var removed in new RemovedRecord[] { new("key", Rows.Tenant, "record 1", 1), new("key", Rows.Tenant, "record 9", 1) })
        {
            Assert.Equal("record", Assert.Throws<StoreConflictException>(() => store.Commit(Rows.Batch(batch => batch.RemovedRecords.Add(removed)))).Kind);
        }

        store.Commit(Rows.Batch(batch =>
        {
            batch.RemovedRecords.Add(new("key", Rows.Tenant, "record 1", 2));
            batch.Records.Add(first);
        }));
        Rows.AssertSame(first, store.FindRecord("key", Rows.Tenant, "record 1"));
        Assert.NotNull(store.FindRecord("key", TenantId.Parse("other"), "record 1"));
        Assert.NotNull(store.FindRecord("other", Rows.Tenant, "record 1"));
        Assert.Null(store.FindRecord("key", Rows.Tenant, "a\ud800"));
    }

    [Fact]
    public async Task Records_come_in_order_in_pages_for_one_tenant_or_all()
    {
        await using var store = Open();
        var (a, b) = (TenantId.Parse("a"), TenantId.Parse("a.b"));
        RecordRow Row(TenantId tenant, string id) => Rows.Record(1) with { Tenant = tenant, Id = id };
        string[] ids = ["", "a", "a\0", "b", "Z", "\ue000", "\U0001F469"];
        ids = [.. ids.Skip(1).OrderBy(id => Convert.ToHexString(Encoding.UTF8.GetBytes(id)), StringComparer.Ordinal)];
        RecordRow[] rows = [.. ids.Select(id => Row(a, id)), .. ids.Select(id => Row(b, id))];
        store.Commit(Rows.Batch(batch => batch.Records.AddRange([.. rows.Reverse(), Rows.Record(5) with { Kind = "other" }, Rows.Record(5) with { Kind = "kex" }])));

        Rows.AssertSame(rows, store.ListRecords("key", null, null, 100));
        Rows.AssertSame(rows[..ids.Length], store.ListRecords("key", a, null, 100));
        Rows.AssertSame(rows[..3], store.ListRecords("key", a, null, 3));
        for (var i = 0; i < rows.Length; i++)
        {
            Rows.AssertSame(rows[(i + 1)..], store.ListRecords("key", null, new(rows[i].Tenant, rows[i].Id), 100));
            Rows.AssertSame([.. rows[(i + 1)..].Where(r => r.Tenant == b)], store.ListRecords("key", b, new(rows[i].Tenant, rows[i].Id), 100));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => store.ListRecords("key", a, null, 0));
    }

    [Fact]
    public async Task A_record_is_listed_when_its_time_is_up()
    {
        await using var store = Open();
        store.Commit(Rows.Batch(batch => batch.Records.AddRange([Rows.Record(3), Rows.Record(1), Rows.Record(2)])));
        Assert.Empty(store.ExpiredRecords(Rows.At(0), 10));
        Rows.AssertSame([Rows.Record(1), Rows.Record(3)], store.ExpiredRecords(Rows.At(3), 10));
        Rows.AssertSame([Rows.Record(1)], store.ExpiredRecords(Rows.At(3), 1));
    }

    /// <summary>Every row of a <see cref="Rows.Full"/> batch is there.</summary>
    protected static void AssertHolds(IStore store, Batch batch)
    {
        Assert.Subset(store.Accounts().ToHashSet(), batch.Accounts.ToHashSet());
        Assert.Equal(batch.Keys, batch.Keys.Select(row => store.FindKey(row.Key)));
        Assert.Equal(batch.Holds, batch.Holds.Select(row => store.FindHold(row.Job)));
        Rows.AssertSame(batch.Jobs, [.. batch.Jobs.Select(row => store.FindJob(row.Id)!)]);
        Assert.Subset(store.Transfers(null, 1_000).ToHashSet(), batch.Transfers.ToHashSet());
        Rows.AssertSame(batch.Receipts, [.. batch.Receipts.Select(row => store.FindReceipt(row.Job)!)]);
        Assert.All(batch.LogNodes, row => Assert.Equal(row.Hash, store.NodeHash(row.Level, row.Index)));
        Assert.All(batch.Checkpoints, row => Assert.Equal(row, store.FindCheckpoint(row.Size)));
        Assert.All(batch.Snapshots, row => Assert.Equal(row.Content, store.FindSnapshot(row.Digest)));
        Assert.Subset(store.ExpiredBlobRefs(DateTimeOffset.MaxValue, 1_000).ToHashSet(), batch.BlobRefs.ToHashSet());
        Assert.All(batch.BlobRefs, row => Assert.Contains(row.Blob, store.ReferencedBlobs()));
        Rows.AssertSame(batch.Queue, [.. batch.Queue.Select(row => store.FindQueued(row.Job)!)]);
        Rows.AssertSame(batch.Inputs, [.. batch.Inputs.Select(row => store.FindInput(row.Job)!)]);
        Rows.AssertSame(batch.Records, [.. batch.Records.Select(row => store.FindRecord(row.Kind, row.Tenant, row.Id)!)]);
    }

    /// <summary>No row of the last <see cref="Rows.Full"/> batch is there.</summary>
    protected static void AssertHoldsNothingOf(IStore store, Batch batch)
    {
        Assert.DoesNotContain(batch.Accounts[0], store.Accounts());
        Assert.Null(store.FindKey(batch.Keys[0].Key));
        Assert.Null(store.FindHold(batch.Holds[0].Job));
        Assert.Null(store.FindJob(batch.Jobs[0].Id));
        Assert.DoesNotContain(batch.Transfers[0], store.Transfers(null, 1_000));
        Assert.Null(store.FindReceipt(batch.Receipts[0].Job));
        Assert.Null(store.NodeHash(batch.LogNodes[0].Level, batch.LogNodes[0].Index));
        Assert.DoesNotContain(batch.Checkpoints[0], store.Checkpoints(-1, 1_000));
        Assert.Null(store.FindSnapshot(batch.Snapshots[0].Digest));
        Assert.DoesNotContain(batch.BlobRefs[0].Blob, store.ReferencedBlobs());
        Assert.False(store.Load().Meta.ContainsKey(batch.Meta[0].Name));
        Assert.Null(store.FindQueued(batch.Jobs[0].Id));
        Assert.Null(store.FindInput(batch.Jobs[0].Id));
        Assert.Null(store.FindRecord(batch.Records[0].Kind, batch.Records[0].Tenant, batch.Records[0].Id));
    }
}
