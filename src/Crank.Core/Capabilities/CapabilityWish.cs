using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A capability as callers ask for it: a name alone, or with the least version that will do, e.g. <c>doc.convert</c>, <c>doc.convert@1</c>, <c>doc.convert@1.2</c>, <c>doc.convert@1.2.0</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="AtLeast">The least version; any that can stand in for it will do. Null when the newest is asked for.</param>
[JsonConverter(typeof(BareStringConverter<CapabilityWish>))]
public readonly record struct CapabilityWish(CapabilityName Name, SemanticVersion? AtLeast) : IParsable<CapabilityWish>
{
    /// <summary>Reads a name, or a name and <c>@</c> and one to three numbers. <c>@0</c> alone is refused: before 1.0.0 every minor version is on its own.</summary>
    /// <exception cref="FormatException">Not of that form.</exception>
    public static CapabilityWish Parse(string s, IFormatProvider? provider = null) =>
        Bare.Parse<CapabilityWish>(s, "a capability such as doc.convert, doc.convert@1 or doc.convert@1.2.0");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CapabilityWish result)
    {
        result = default;
        if (s is null)
        {
            return false;
        }

        var at = s.IndexOf('@');
        if (!CapabilityName.TryParse(at < 0 ? s : s[..at], null, out var name))
        {
            return false;
        }

        if (at < 0)
        {
            result = new(name, null);
            return true;
        }

        var version = s[(at + 1)..];
        var missing = 2 - version.Count(c => c == '.');
        if (version == "0" || missing < 0 || !SemanticVersion.TryParse(version + string.Concat(Enumerable.Repeat(".0", missing)), null, out var least))
        {
            return false;
        }

        result = new(name, least);
        return true;
    }

    /// <summary>The form with all three numbers.</summary>
    public override string ToString() => AtLeast is { } least ? $"{Name}@{least}" : Name.ToString();
}
