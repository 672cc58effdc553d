using System.Security.Cryptography;
using Crank.Trust.Keys;

namespace Crank.Trust.ApiKeys;

/// <summary>The secret of a mesh under which the hashes of its API keys are made: 32 bytes in a file of mode 0600, in the folder of its keys.</summary>
public static class Pepper
{
    private const int Size = 32;

    /// <summary>Reads the secret, or makes it where there is none.</summary>
    /// <param name="folder">Usually <c>keys/</c> in the data folder, mode 0700.</param>
    /// <exception cref="KeyStoreException">Others may read it, or it is damaged. Without it no API key is recognised any more.</exception>
    public static byte[] OpenOrCreate(string folder)
    {
        OwnerOnlyFile.CreateFolder(folder);
        var path = Path.Combine(folder, "api-keys.pepper");
        if (!File.Exists(path))
        {
            OwnerOnlyFile.Write(path, RandomNumberGenerator.GetBytes(Size));
        }

        var bytes = OwnerOnlyFile.Read(path, Size);
        return bytes.Length == Size ? bytes : throw new KeyStoreException($"{path} is damaged. Restore it from a backup; without it no API key is recognised, and new ones must be made.");
    }
}
