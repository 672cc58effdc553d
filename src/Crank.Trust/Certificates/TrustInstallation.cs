using System.Collections.Immutable;

namespace Crank.Trust.Certificates;

/// <summary>How an authority's certificate becomes one that a machine trusts: where its file goes and which command takes note of it. A function of facts; it does nothing itself.</summary>
/// <param name="System">For whom it is, for people.</param>
/// <param name="File">Where the PEM goes first; null where the command takes it from wherever it is.</param>
/// <param name="Command">The program and its arguments; <c>{file}</c> stands for the PEM. Needs the rights of an administrator.</param>
/// <param name="UndoCommand">What takes it back, after deleting <paramref name="File"/>.</param>
public sealed record TrustInstallation(string System, string? File, ImmutableArray<string> Command, ImmutableArray<string> UndoCommand)
{
    /// <summary>How this machine does it; null when it is not known, and the certificate is to be exported and installed by hand.</summary>
    /// <param name="fileName">The name for the file, without a folder: <c>crank-acme.example.crt</c>.</param>
    /// <param name="isWindows">Whether it is Windows.</param>
    /// <param name="isMacOs">Whether it is macOS.</param>
    /// <param name="exists">Whether a path exists: asked for the folders of the kinds of Linux.</param>
    public static TrustInstallation? For(string fileName, bool isWindows, bool isMacOs, Func<string, bool> exists)
    {
        ArgumentNullException.ThrowIfNull(exists);
        if (isWindows)
        {
            return new("Windows", null, ["certutil", "-addstore", "Root", "{file}"], ["certutil", "-delstore", "Root", "{fingerprint}"]);
        }

        if (isMacOs)
        {
            return new(
                "macOS",
                null,
                ["security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", "/Library/Keychains/System.keychain", "{file}"],
                ["security", "remove-trusted-cert", "-d", "{file}"]);
        }

        (string System, string Folder, string[] Command)[] kinds =
        [
            ("Debian, Ubuntu, Alpine", "/usr/local/share/ca-certificates", ["update-ca-certificates"]),
            ("Fedora, RHEL", "/etc/pki/ca-trust/source/anchors", ["update-ca-trust", "extract"]),
            ("Arch", "/etc/ca-certificates/trust-source/anchors", ["trust", "extract-compat"]),
            ("openSUSE", "/etc/pki/trust/anchors", ["update-ca-certificates"]),
        ];
        foreach (var (system, folder, command) in kinds)
        {
            if (exists(folder))
            {
                return new(system, $"{folder}/{fileName}", [.. command], [.. command]);
            }
        }

        return null;
    }
}
