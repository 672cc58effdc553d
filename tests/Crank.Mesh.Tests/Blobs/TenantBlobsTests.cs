using Crank.Core;

namespace Crank.Mesh.Tests.Blobs;

public sealed class TenantBlobsTests
{
    private static readonly TenantId s_other = TenantId.Parse("other");
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_file_is_there_for_its_tenant_alone_until_its_time_is_up()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        var info = await folder.Blobs(mesh.Clock).PutAsync("hello"u8.ToArray(), CancellationToken.None);
        var blobs = mesh.Controller.Blobs;

        var (kept, isNew) = await blobs.KeepAsync(TenantId.Owner, info, "text/plain", "a.txt", s_day);
        Assert.Equal((true, kept), (isNew, blobs.Find(TenantId.Owner, info.Digest)));
        Assert.Equal((5, "text/plain", "a.txt", mesh.Clock.GetUtcNow() + s_day), (kept.Bytes, kept.MediaType, kept.Name, kept.Until));
        Assert.Null(blobs.Find(s_other, info.Digest));
        Assert.True((await blobs.KeepAsync(s_other, info, "text/html", null, s_day)).IsNew);
        Assert.Equal("text/plain", blobs.Find(TenantId.Owner, info.Digest)!.MediaType);

        (kept, isNew) = await blobs.KeepAsync(TenantId.Owner, info, "text/csv", null, s_day / 2);
        Assert.Equal((false, "text/csv", mesh.Clock.GetUtcNow() + s_day), (isNew, kept.MediaType, kept.Until));
        mesh.Clock.Advance(s_day);
        Assert.Null(blobs.Find(TenantId.Owner, info.Digest));
        Assert.True((await blobs.KeepAsync(TenantId.Owner, info, "text/csv", null, s_day)).IsNew);
    }

    [Fact]
    public async Task A_file_can_be_let_go_once()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        var info = await folder.Blobs(mesh.Clock).PutAsync("hello"u8.ToArray(), CancellationToken.None);
        await mesh.Controller.Blobs.KeepAsync(TenantId.Owner, info, "text/plain", null, s_day);
        Assert.False(await mesh.Controller.Blobs.RemoveAsync(s_other, info.Digest));
        Assert.True(await mesh.Controller.Blobs.RemoveAsync(TenantId.Owner, info.Digest));
        Assert.False(await mesh.Controller.Blobs.RemoveAsync(TenantId.Owner, info.Digest));
        Assert.Null(mesh.Controller.Blobs.Find(TenantId.Owner, info.Digest));
    }

    [Fact]
    public async Task The_same_bytes_kept_many_times_at_once_are_kept_once()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        var info = await folder.Blobs(mesh.Clock).PutAsync("hello"u8.ToArray(), CancellationToken.None);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => mesh.Controller.Blobs.KeepAsync(TenantId.Owner, info, "text/plain", null, s_day))));
        Assert.Single(all, kept => kept.IsNew);
    }

    [Fact]
    public async Task Housekeeping_leaves_what_a_tenant_keeps_and_removes_it_after_its_time()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock);
        await mesh.ReopenAsync();
        var info = await mesh.Blobs.PutAsync("hello"u8.ToArray(), CancellationToken.None);
        await mesh.Controller.Blobs.KeepAsync(s_other, info, "text/plain", null, s_day);

        mesh.Clock.Advance(s_day - TimeSpan.FromTicks(1));
        await mesh.Controller.HousekeepAsync(CancellationToken.None);
        Assert.True(mesh.Blobs.Contains(info.Digest));
        mesh.Clock.Advance(TimeSpan.FromTicks(1));
        await mesh.Controller.HousekeepAsync(CancellationToken.None);
        Assert.False(mesh.Blobs.Contains(info.Digest));
    }
}
