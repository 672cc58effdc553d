using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Storage;

namespace Crank.Mesh.Tests.Records;

public sealed class RecordBookTests
{
    private static readonly RecordRow s_row = new("key", TenantId.Owner, "a", "{}"u8.ToArray(), null, 1);

    [Fact]
    public async Task A_record_is_written_changed_and_removed_at_the_version_that_was_read()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var records = mesh.Controller.Records;
        await records.PutAsync(s_row);
        await Assert.ThrowsAsync<StoreConflictException>(() => records.PutAsync(s_row));
        await records.PutAsync(s_row with { Body = """{"b":1}"""u8.ToArray(), Version = 2 });
        await Assert.ThrowsAsync<StoreConflictException>(() => records.PutAsync(s_row with { Version = 2 }));
        await Assert.ThrowsAsync<StoreConflictException>(() => records.RemoveAsync("key", TenantId.Owner, "a", 1));
        Assert.Equal(2, records.Find("key", TenantId.Owner, "a")!.Version);
        Assert.Single(records.List("key", null, null, 10));

        await mesh.ReopenAsync();
        records = mesh.Controller.Records;
        await records.RemoveAsync("key", TenantId.Owner, "a", 2);
        Assert.Null(records.Find("key", TenantId.Owner, "a"));
        await Assert.ThrowsAsync<StoreConflictException>(() => records.RemoveAsync("key", TenantId.Owner, "a", 2));
        await Assert.ThrowsAsync<ArgumentException>(() => records.PutAsync(s_row with { Kind = "Not a kind" }));
    }

    [Fact]
    public async Task Whoever_loses_a_race_in_one_commit_is_told_and_spoils_nothing()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var put = new[] { s_row, s_row with { Body = "[]"u8.ToArray() }, s_row with { Version = 2 } }.Select(row => writer.Post(new PutRecordCommand(row))).ToList();
        var removed = writer.Post(new RemoveRecordCommand(new("key", TenantId.Owner, "a", 2)));
        var gone = writer.Post(new RemoveRecordCommand(new("key", TenantId.Owner, "a", 2)));
        var again = writer.Post(new PutRecordCommand(s_row));
        Assert.True(writer.Drain());
        Assert.Single(writer.Commits);
        Assert.Equal([true, false, true], (await Task.WhenAll(put)).Select(a => a.Written));
        Assert.Equal((true, false, true), ((await removed).Written, (await gone).Written, (await again).Written));
        Assert.Equal(1, writer.Store.FindRecord("key", TenantId.Owner, "a")!.Version);

        removed = writer.Post(new RemoveRecordCommand(new("key", TenantId.Owner, "a", 1)));
        again = writer.Post(new PutRecordCommand(s_row with { Body = "[1]"u8.ToArray() }));
        gone = writer.Post(new RemoveRecordCommand(new("key", TenantId.Owner, "a", 1)));
        Assert.True(writer.Drain());
        Assert.Equal((true, true, true), ((await removed).Written, (await again).Written, (await gone).Written));
        Assert.Null(writer.Store.FindRecord("key", TenantId.Owner, "a"));
    }

    [Fact]
    public async Task Housekeeping_removes_a_record_whose_time_is_up()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.Controller.Records.PutAsync(s_row with { ExpiresAt = TestMesh.Start + TimeSpan.FromHours(1) });
        Assert.Equal(0, (await mesh.Controller.HousekeepAsync(CancellationToken.None)).Records);
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (await mesh.Controller.HousekeepAsync(CancellationToken.None)).Records);
        Assert.Null(mesh.Controller.Records.Find("key", TenantId.Owner, "a"));
    }
}
