using System.Diagnostics.CodeAnalysis;

namespace Crank.Core;

internal static class Bare
{
    /// <summary>Parses or throws a <see cref="FormatException"/> that shows what was given and what is expected.</summary>
    internal static T Parse<T>(string? text, string expected)
        where T : IParsable<T> =>
        T.TryParse(text, null, out var value) ? value : throw new FormatException($"'{Shown(text)}' is not {expected}.");

    /// <summary>True for 1 to <paramref name="max"/> characters of <c>a-z 0-9</c> and <paramref name="marks"/>, beginning with a letter or digit.</summary>
    internal static bool IsToken([NotNullWhen(true)] string? text, int max, string marks)
    {
        if (string.IsNullOrEmpty(text) || text.Length > max || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !marks.Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shown(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";
}
