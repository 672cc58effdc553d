using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A version <c>major.minor.patch</c> (Semantic Versioning 2.0.0, without pre-release and build parts).</summary>
[JsonConverter(typeof(BareStringConverter<SemanticVersion>))]
public readonly record struct SemanticVersion(int Major, int Minor, int Patch) : IParsable<SemanticVersion>, IComparable<SemanticVersion>
{
    /// <summary>Reads <c>1.2.0</c>.</summary>
    /// <exception cref="FormatException">Not of that form; the message shows what was given.</exception>
    public static SemanticVersion Parse(string s, IFormatProvider? provider = null) => Bare.Parse<SemanticVersion>(s, "a version such as 1.2.0");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SemanticVersion result)
    {
        result = default;
        if (s is null || s.Length > 32)
        {
            return false;
        }

        var parts = s.Split('.');
        if (parts.Length != 3 || !TryPart(parts[0], out var major) || !TryPart(parts[1], out var minor) || !TryPart(parts[2], out var patch))
        {
            return false;
        }

        result = new(major, minor, patch);
        return true;
    }

    /// <summary>True when this version can stand in for <paramref name="wanted"/>: the same major, and not older (before 1.0.0: the same minor too).</summary>
    public bool Satisfies(SemanticVersion wanted) =>
        Major == wanted.Major && (Major > 0 || Minor == wanted.Minor) && CompareTo(wanted) >= 0;

    /// <inheritdoc />
    public int CompareTo(SemanticVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>The bare form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static bool TryPart(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && (text.Length == 1 || text[0] != '0');
}
