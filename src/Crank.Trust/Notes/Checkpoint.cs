using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Crank.Trust.Keys;
using Crank.Trust.Log;

namespace Crank.Trust.Notes;

/// <summary>What a log says of itself: C2SP tlog-checkpoint v1.0.0, three lines, signed as a note.</summary>
/// <param name="Origin">Which log; a valid key name (<see cref="KeyName"/>).</param>
/// <param name="Size">Number of leaves.</param>
/// <param name="Root">The root over them.</param>
public sealed record Checkpoint(string Origin, long Size, LogHash Root)
{
    /// <summary>Signs this checkpoint.</summary>
    /// <exception cref="ArgumentException">The origin is not a valid key name, or not the key's.</exception>
    public SignedNote Sign(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Origin == key.Public.Name
            ? SignedNote.Sign(ToString(), key)
            : throw new ArgumentException($"The key {key.Public.Id} does not sign for the log '{Origin}'.", nameof(key));
    }

    /// <summary>Reads a checkpoint from a note's text. Extension lines are refused: this version knows none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(text);
        checkpoint = null;
        var lines = text.Split('\n', 5);
        if (lines.Length > 4)
        {
            why = "The checkpoint has extension lines, which are not supported.";
            return false;
        }

        if (lines is not [var origin, var decimals, var base64, ""]
            || !KeyName.IsValid(origin)
            || !long.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || decimals != size.ToString(CultureInfo.InvariantCulture)
            || !LogHash.TryParse(base64, out var root))
        {
            why = "A checkpoint is three lines: origin, size in decimal without leading zeros, and the base64 of the root.";
            return false;
        }

        checkpoint = new Checkpoint(origin, size, root);
        why = null;
        return true;
    }

    /// <summary>The three lines, each ended by a line feed.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n");
}
