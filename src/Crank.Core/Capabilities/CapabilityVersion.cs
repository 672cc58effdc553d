using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A capability at one version, e.g. <c>doc.convert@1.2.0</c>.</summary>
[JsonConverter(typeof(BareStringConverter<CapabilityVersion>))]
public readonly record struct CapabilityVersion(CapabilityName Name, SemanticVersion Version) : IParsable<CapabilityVersion>
{
    /// <summary>Reads <c>doc.convert@1.2.0</c>.</summary>
    /// <exception cref="FormatException">Not of that form; the message shows what was given.</exception>
    public static CapabilityVersion Parse(string s, IFormatProvider? provider = null) =>
        Bare.Parse<CapabilityVersion>(s, "a capability with its version such as doc.convert@1.2.0");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CapabilityVersion result)
    {
        result = default;
        var at = s?.IndexOf('@') ?? -1;
        if (at < 0 || !CapabilityName.TryParse(s![..at], null, out var name) || !SemanticVersion.TryParse(s[(at + 1)..], null, out var version))
        {
            return false;
        }

        result = new(name, version);
        return true;
    }

    /// <summary>True when this one can do a job that asked for <paramref name="wanted"/>: the same name and a compatible version.</summary>
    public bool Satisfies(CapabilityVersion wanted) => Name == wanted.Name && Version.Satisfies(wanted.Version);

    /// <summary>The bare form.</summary>
    public override string ToString() => $"{Name}@{Version}";
}
