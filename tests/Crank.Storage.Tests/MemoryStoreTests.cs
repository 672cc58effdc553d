namespace Crank.Storage.Tests;

public sealed class MemoryStoreTests : StoreContract
{
    private readonly MemoryDisk _disk = new();

    protected override IStore Open() => new MemoryStore(_disk);

    [Fact]
    public void A_crash_before_the_commit_loses_it_and_a_crash_after_keeps_it()
    {
        foreach (var (fault, kept) in new[] { (CommitFault.CrashBefore, false), (CommitFault.CrashAfter, true) })
        {
            var disk = new MemoryDisk();
            var store = new MemoryStore(disk, _ => fault);
            Assert.Throws<SimulatedCrashException>(() => store.Commit(Rows.Full(1)));
            Assert.Throws<SimulatedCrashException>(() => store.Commit(Rows.Full(2)));
            Assert.Throws<SimulatedCrashException>(() => store.FindJob(Rows.Job(1).Id));
            Assert.Equal(kept, new MemoryStore(disk).FindJob(Rows.Job(1).Id) is not null);
        }
    }

    [Fact]
    public void A_failed_disk_leaves_the_outcome_unknown_until_the_store_is_opened_anew()
    {
        foreach (var (fault, kept) in new[] { (CommitFault.LostIo, false), (CommitFault.KeptIo, true) })
        {
            var disk = new MemoryDisk();
            var store = new MemoryStore(disk, batch => batch.Jobs[0].Id == Rows.Job(1).Id ? fault : CommitFault.None);
            Assert.IsType<StoreException>(Record.Exception(() => store.Commit(Rows.Full(1))));
            Assert.IsType<StoreException>(Record.Exception(() => store.Commit(Rows.Full(2))));
            var again = new MemoryStore(disk);
            Assert.Equal(kept, again.FindJob(Rows.Job(1).Id) is not null);
            again.Commit(Rows.Full(2));
        }
    }

    [Fact]
    public void A_full_disk_writes_nothing_and_the_store_goes_on()
    {
        var full = true;
        var store = new MemoryStore(_disk, _ => full ? CommitFault.Full : CommitFault.None);
        Assert.Throws<StoreFullException>(() => store.Commit(Rows.Full(1)));
        AssertHoldsNothingOf(store, Rows.Full(1));
        full = false;
        store.Commit(Rows.Full(1));
        AssertHolds(store, Rows.Full(1));
    }

    [Fact]
    public void A_cloned_disk_goes_its_own_way()
    {
        new MemoryStore(_disk).Commit(Rows.Full(1));
        var clone = _disk.Clone();
        new MemoryStore(clone).Commit(Rows.Full(2));
        Assert.Null(new MemoryStore(_disk).FindJob(Rows.Job(2).Id));
        Assert.NotNull(new MemoryStore(clone).FindJob(Rows.Job(1).Id));
    }
}
