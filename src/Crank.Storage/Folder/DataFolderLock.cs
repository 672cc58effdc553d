using System.Globalization;
using System.Text;

namespace Crank.Storage;

/// <summary>Makes one process the only one in a data folder: an exclusive lock on <c>crank.lock</c>, given back by the system when the process ends.</summary>
public sealed class DataFolderLock : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or waits for it.</summary>
    /// <param name="folder">The data folder; made for its owner only when missing.</param>
    /// <param name="wait">How long to wait; zero for not at all.</param>
    /// <param name="waiting">Called once after one second of waiting with the process that holds it, null when it did not say.</param>
    /// <param name="clock">Measures the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DataFolderBusyException">It was not free in time.</exception>
    /// <exception cref="StoreException">The folder cannot be made or written.</exception>
    public static async Task<DataFolderLock> TakeAsync(string folder, TimeSpan wait, Action<int?>? waiting, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var path = Path.Combine(folder, "crank.lock");
        var began = clock.GetTimestamp();
        var told = false;
        while (true)
        {
            if (TryOpen(folder, path) is { } file)
            {
                Sign(file);
                return new(file);
            }

            var waited = clock.GetElapsedTime(began);
            if (waited >= wait)
            {
                throw new DataFolderBusyException(folder, Holder(path), waited);
            }

            if (!told && waited >= s_patience)
            {
                told = true;
                waiting?.Invoke(Holder(path));
            }

            await Task.Delay(s_poll, clock, cancellationToken);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string folder, string path)
    {
        try
        {
            OwnerOnly.CreateFolder(folder);
            return OwnerOnly.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (IsTaken(failure))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{folder} cannot be made or written ({failure.Message}). Check that it is a folder of yours, or name another one.", failure);
        }
    }

    /// <summary>EWOULDBLOCK of flock on Linux and on the BSDs and macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsTaken(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void Sign(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // The lock holds without a name in it: a full disk must not keep the owner out.
        }
    }

    private static int? Holder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        try
        {
            using var file = Posix.OpenBesideLock(path);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var holder) ? holder : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
