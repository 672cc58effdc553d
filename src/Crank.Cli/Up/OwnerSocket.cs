using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Crank.Cli.Up;

/// <summary>The Unix socket by which a running mesh serves the owner of its data folder: how it is named, and how it is reached.</summary>
internal static class OwnerSocket
{
    /// <summary>The longest path that every system takes: sun_path has 104 bytes on some, 108 on others.</summary>
    private const int MaxPath = 100;

    /// <summary>Where the socket of a data folder is. One that is too deep gets a folder of its own, as private, under the system's temporary folder.</summary>
    public static string Of(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "crank.sock");
        return Encoding.UTF8.GetByteCount(path) <= MaxPath
            ? path
            : Path.Combine(Path.GetTempPath(), $"crank-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..16]}", "s");
    }

    /// <summary>Makes room for a new socket: its folder is there, the owner's alone, and what a crash left is gone. The data folder's lock is held.</summary>
    /// <exception cref="CliException">The folder is another's, or open to others.</exception>
    public static void Prepare(string socket)
    {
        var folder = Path.GetDirectoryName(socket)!;
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if ((File.GetUnixFileMode(folder) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != UnixFileMode.None
                || (OperatingSystem.IsLinux() && Data.FileFacts.Of(folder) is { } facts && facts.Owner != Data.FileFacts.Me))
            {
                throw new CliException(ExitCode.DataFolderUnusable, $"The folder {folder} of the owner's socket is another's, or open to others.", "Remove it, or use a data folder with a shorter path.");
            }
        }

        File.Delete(socket);
    }

    /// <summary>Connects; null when nobody listens.</summary>
    public static async Task<Socket?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
