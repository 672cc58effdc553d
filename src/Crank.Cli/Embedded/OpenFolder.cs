using System.CommandLine;
using Crank.Cli.Data;
using Crank.Cli.Terminal;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Cli.Embedded;

/// <summary>A data folder that is open: locked, with its store and keys.</summary>
internal sealed class OpenFolder : IAsyncDisposable
{
    private const int MaxTurns = 10;
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

    /// <summary>Waits for the lock. A queue that moves, because another process has it now, is waited for longer: twenty at once all get their turn.</summary>
    private static async Task<DataFolderLock> LockAsync(DataFolder folder, TimeSpan wait, Answer answer, CancellationToken cancellationToken)
    {
        int? seen = null;
        for (var turn = 1; ; turn++)
        {
            try
            {
                return await DataFolderLock.TakeAsync(folder.Root, wait, turn == 1 ? Say : null, TimeProvider.System, cancellationToken);
            }
            catch (DataFolderBusyException e) when (e.Holder != seen && turn < MaxTurns)
            {
                seen = e.Holder;
            }
        }

        void Say(int? holder)
        {
            seen = holder;
            answer.Note($"{(holder is null ? "another crank" : $"process {holder}")} is using this data folder; waiting for it.");
        }
    }
}
