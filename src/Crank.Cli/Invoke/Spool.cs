using Crank.Mesh.Path;

namespace Crank.Cli.Invoke;

/// <summary>Keeps what came through standard input until the job has ended, in a file of the data folder that only its owner can read.</summary>
internal sealed class Spool : IAsyncDisposable
{
    private readonly string _dataFolder;
    private FileStream? _file;

    private Spool(string dataFolder) => _dataFolder = dataFolder;

    public static Spool In(string dataFolder) => new(dataFolder);

    /// <summary>Reads a stream to its end, or until it is too long.</summary>
    public async Task<BlobSource> AddAsync(Stream input, long max, CancellationToken cancellationToken)
    {
        var folder = Data.DataFolder.Open(_dataFolder);
        var path = Path.Combine(folder.Temporary, $"stdin-{Environment.ProcessId}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
        var buffer = new byte[81920];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (_file.Length + read > max)
            {
                throw new CliException(ExitCode.BadInput, $"Standard input has more than the {max:N0} bytes that the capability takes.");
            }

            await _file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        await _file.FlushAsync(cancellationToken);
        return new(_file.Length, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
    }

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;
}
