using System.CommandLine;
using Crank.Cli.Data;
using Crank.Cli.Terminal;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Cli.Embedded;

/// <summary>A data folder that is open: locked, with its store and keys.</summary>
internal sealed class OpenFolder : IAsyncDisposable
{
    private static readonly TimeSpan s_sayAfter = TimeSpan.FromSeconds(1);
    private readonly DataFolderLock _lock;

    private OpenFolder(DataFolder folder, DataFolderLock held, SqliteStore store, KeyRing keys) =>
        (Folder, _lock, Store, Keys) = (folder, held, store, keys);

    public DataFolder Folder { get; }

    public SqliteStore Store { get; }

    public KeyRing Keys { get; }

    /// <summary>Opens a folder that exists.</summary>
    /// <exception cref="CliException">Nothing was kept there yet.</exception>
    public static Task<OpenFolder> ForReadingAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        var path = DataFolder.Locate(GlobalOptions.Data(parsed));
        return DataFolder.Exists(path)
            ? OpenAsync(path, GlobalOptions.Wait(parsed), answer, cancellationToken)
            : throw new CliException(ExitCode.NotFoundOrConflict, $"Nothing is kept in {path} yet.", "Run a job first, or name another data folder with --data.");
    }

    /// <summary>Opens a folder, and makes it on first use.</summary>
    public static async Task<OpenFolder> OpenAsync(string path, TimeSpan wait, Answer answer, CancellationToken cancellationToken)
    {
        var folder = DataFolder.Open(path);
        var held = await LockAsync(folder, wait, answer, cancellationToken);
        SqliteStore? store = null;
        try
        {
            store = SqliteStore.Open(folder.Database);
            var now = TimeProvider.System.GetUtcNow();
            var keys = File.Exists(Path.Combine(folder.Keys, "ring.json"))
                ? KeyRing.Open(folder.Keys)
                : KeyRing.OpenOrCreate(folder.Keys, $"crank.local/{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}", now);
            return new(folder, held, store, keys);
        }
        catch
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }

            held.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Keys.Dispose();
        _lock.Dispose();
    }

    private static async Task<DataFolderLock> LockAsync(DataFolder folder, TimeSpan wait, Answer answer, CancellationToken cancellationToken)
    {
        try
        {
            using var said = new Timer(
                _ => answer.People.WriteLine("crank: another crank is using this data folder; waiting for it."), null, s_sayAfter, Timeout.InfiniteTimeSpan);
            return await DataFolderLock.TakeAsync(folder.Root, wait, null, TimeProvider.System, cancellationToken);
        }
        catch (DataFolderBusyException e)
        {
            throw new CliException(ExitCode.DataFolderUnusable, e.Message, "Wait longer with --wait, or use another data folder with --data.");
        }
    }
}
