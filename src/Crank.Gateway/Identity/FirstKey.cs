using Crank.Gateway.Identity.Keys;
using Crank.Trust.ApiKeys;

namespace Crank.Gateway.Identity;

/// <summary>Hands the owner's first key over: shown once to a person at a terminal, else left in a file that only the owner of the data folder can read.</summary>
public static class FirstKey
{
    /// <summary>The file in the data folder.</summary>
    public const string FileName = "owner.key";

    /// <summary>Makes the owner's key when there is none, and hands it over.</summary>
    /// <param name="keys">The keys of the mesh.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="isTerminal">Whether a person reads <paramref name="people"/>: standard error is a terminal. Else it may be a log.</param>
    /// <param name="people">Where people read.</param>
    /// <returns>True when a key was made.</returns>
    public static async Task<bool> EnsureAsync(KeyBook keys, string folder, bool isTerminal, TextWriter people)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(people);
        if (await keys.EnsureOwnerKeyAsync() is not { } made)
        {
            return false;
        }

        if (isTerminal)
        {
            await people.WriteLineAsync($"The owner's key, shown once: {made.Key.Reveal()}");
            await people.WriteLineAsync($"It is good until {made.ExpiresAt:yyyy-MM-dd}. Keep it; 'crank keys create' makes others.");
            return true;
        }

        var path = Path.Combine(folder, FileName);
        SecretFile.Write(path, made.Key.Reveal());
        await people.WriteLineAsync($"The owner's key is in {path}, which only its owner can read. Take it from there and delete the file.");
        return true;
    }
}
