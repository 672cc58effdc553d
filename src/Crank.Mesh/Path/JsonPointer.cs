using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Crank.Mesh.Path;

/// <summary>A JSON Pointer (RFC 6901) as its unescaped parts.</summary>
internal sealed record JsonPointer(ImmutableArray<string> Parts)
{
    private const int MaxParts = 64;

    /// <summary>Reads a pointer; the empty one, which is the whole document, has no parts.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPointer? pointer)
    {
        pointer = null;
        if (text.Length == 0)
        {
            pointer = new([]);
            return true;
        }

        var raw = text.Split('/');
        if (raw[0].Length > 0 || raw.Length - 1 > MaxParts)
        {
            return false;
        }

        var parts = ImmutableArray.CreateBuilder<string>(raw.Length - 1);
        foreach (var part in raw.AsSpan(1))
        {
            for (var i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
            {
                if (i + 1 == part.Length || part[i + 1] is not ('0' or '1'))
                {
                    return false;
                }
            }

            parts.Add(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        pointer = new(parts.ToImmutable());
        return true;
    }
}
