namespace Crank.Trust.Keys;

/// <summary>The rule for a key's name (C2SP signed-note): what stands for the mesh or log that holds the key.</summary>
public static class KeyName
{
    /// <summary>The longest name, in UTF-16 units.</summary>
    public const int MaxLength = 255;

    /// <summary>True for 1 to <see cref="MaxLength"/> printable characters without white space and without <c>+</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (c == '+' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= MaxLength;
    }

    internal static string Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsValid(name)
            ? name
            : throw new ArgumentException($"'{name}' cannot name a key: 1 to {MaxLength} printable characters, no white space, no '+', such as crank.example/log.", nameof(name));
    }
}
