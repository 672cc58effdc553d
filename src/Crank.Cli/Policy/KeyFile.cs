using System.Text;
using Crank.Cli.Terminal;

namespace Crank.Cli.Policy;

/// <summary>Keys in files. A key on the command line would be seen by everybody who lists processes.</summary>
internal static class KeyFile
{
    private const int MaxBytes = 1024 * 1024;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The text of a file that holds a secret or a private key; warns when others may read it.</summary>
    public static string ReadPrivate(string path, Answer answer) => Read(path, file =>
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
        {
            answer.Note($"others than its owner may use the key file '{path}'. If somebody may have read it, make a new key; then: chmod 600 '{path}'");
        }
    });

    /// <summary>The text of a file that holds a public key, or a secret to verify with.</summary>
    public static string ReadPublic(string path) => Read(path, _ => { });

    private static string Read(string path, Action<FileStream> check)
    {
        if (!File.Exists(path))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no key file '{path}'.", "A key is named by the file that holds it: a PEM file, or for HS256 a file with the secret, chmod 600.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        check(file);
        if (file.Length > MaxBytes)
        {
            throw new CliException(ExitCode.BadInput, $"The key file '{path}' has {file.Length:N0} bytes; at most {MaxBytes:N0} are read.");
        }

        using var text = new StreamReader(file, Encoding.UTF8);
        return text.ReadToEnd();
    }
}
