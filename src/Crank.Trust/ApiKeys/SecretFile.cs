using System.Text;
using Crank.Trust.Keys;

namespace Crank.Trust.ApiKeys;

/// <summary>A file for one secret that only its owner can read: mode 0600 from the instant it exists.</summary>
public static class SecretFile
{
    /// <summary>Writes the text and a line feed, whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        OwnerOnlyFile.Write(path, Encoding.UTF8.GetBytes(text + "\n"));
    }

    /// <summary>Reads a file of at most 4 KiB, without white space at its ends.</summary>
    /// <exception cref="KeyStoreException">Others may read it, or it is longer.</exception>
    public static string Read(string path) => Encoding.UTF8.GetString(OwnerOnlyFile.Read(path, 4096)).Trim();
}
