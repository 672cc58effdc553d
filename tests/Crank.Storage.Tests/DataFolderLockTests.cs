using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Storage.Tests;

public sealed class DataFolderLockTests : IDisposable
{
    /// <summary>As first argument it makes this program another holder of the lock; the second is the folder.</summary>
    internal const string Child = "lock-child";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_lock_has_one_holder_and_names_it()
    {
        using (await TakeAsync(TimeSpan.Zero))
        {
            var busy = await Assert.ThrowsAsync<DataFolderBusyException>(() => TakeAsync(TimeSpan.Zero));
            Assert.Equal(Environment.ProcessId, busy.Holder);
            Assert.Contains($"{Environment.ProcessId}", busy.Message, StringComparison.Ordinal);
        }

        using var next = await TakeAsync(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_process_keeps_it_until_it_ends_or_is_killed(bool killed)
    {
        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Child, _folder.Root])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(other.Id, (await Assert.ThrowsAsync<DataFolderBusyException>(() => TakeAsync(TimeSpan.Zero))).Holder);
        if (killed) other.Kill();
        else other.StandardInput.Close();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        (await TakeAsync(TimeSpan.Zero)).Dispose();
    }

    /// <summary>Takes the lock, says so, and keeps it until its standard input ends.</summary>
    internal static async Task<int> RunChildAsync(string folder)
    {
        using var held = await DataFolderLock.TakeAsync(folder, TimeSpan.Zero, null, TimeProvider.System, CancellationToken.None);
        await Console.Out.WriteLineAsync("held");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    [Fact]
    public async Task Who_waits_says_so_once_after_a_second_and_gets_it_when_it_is_free()
    {
        var told = new List<int?>();
        var held = await TakeAsync(TimeSpan.Zero);
        var waiting = TakeAsync(TimeSpan.FromSeconds(10), told.Add);
        await PassAsync(TimeSpan.FromSeconds(0.9), waiting);
        Assert.Empty(told);
        await PassAsync(TimeSpan.FromSeconds(2), waiting);
        Assert.Equal([Environment.ProcessId], told);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        await PassAsync(TimeSpan.FromSeconds(1), waiting);
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Who_waited_long_enough_gives_up()
    {
        using var held = await TakeAsync(TimeSpan.Zero);
        var waiting = TakeAsync(TimeSpan.FromSeconds(3));
        await PassAsync(TimeSpan.FromSeconds(2.9), waiting);
        Assert.False(waiting.IsCompleted);
        await PassAsync(TimeSpan.FromSeconds(0.2), waiting);
        await Assert.ThrowsAsync<DataFolderBusyException>(() => waiting);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var held = await TakeAsync(TimeSpan.Zero);
        using var cancel = new CancellationTokenSource();
        var waiting = DataFolderLock.TakeAsync(_folder.Root, TimeSpan.FromSeconds(3), null, _clock, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_missing_folder_is_made_for_its_owner_and_a_file_in_its_place_is_named()
    {
        var path = _folder["new"];
        (await DataFolderLock.TakeAsync(path, TimeSpan.Zero, null, _clock, CancellationToken.None)).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }

        await File.WriteAllTextAsync(_folder["file"], "");
        var failure = await Assert.ThrowsAsync<StoreException>(() => DataFolderLock.TakeAsync(_folder["file"], TimeSpan.Zero, null, _clock, CancellationToken.None));
        Assert.Contains(_folder["file"], failure.Message, StringComparison.Ordinal);
    }

    private Task<DataFolderLock> TakeAsync(TimeSpan wait, Action<int?>? waiting = null) =>
        DataFolderLock.TakeAsync(_folder.Root, wait, waiting, _clock, CancellationToken.None);

    /// <summary>Moves the clock in the steps of the poll; each try runs within the step, on this thread.</summary>
    private async Task PassAsync(TimeSpan time, Task waiting)
    {
        for (var passed = TimeSpan.Zero; passed < time && !waiting.IsCompleted; passed += TimeSpan.FromMilliseconds(25))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Yield();
        }
    }
}
