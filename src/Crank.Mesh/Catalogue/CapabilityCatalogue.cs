using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Schema;

namespace Crank.Mesh.Catalogue;

/// <summary>The capabilities that a mesh knows, several versions of one name among them, as an immutable snapshot that is replaced whole. Schemas are compiled when first used.</summary>
/// <remarks>It knows what can be described. Which version a job gets is decided where the offers are known too: <see cref="Place.VersionChoice"/>.</remarks>
public sealed class CapabilityCatalogue
{
    private readonly FrozenDictionary<CapabilityName, ImmutableArray<Version>> _byName;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="capabilities">At most one of each name and version.</param>
    /// <param name="earlier">A snapshot whose compiled schemas are taken over where the capability is the same; null for none.</param>
    /// <exception cref="ArgumentException">A name and version stands twice.</exception>
    public CapabilityCatalogue(IEnumerable<Capability> capabilities, CapabilityCatalogue? earlier = null)
    {
        All = [.. capabilities.OrderBy(c => c.Id.Name).ThenByDescending(c => c.Id.Version)];
        if (All.DistinctBy(c => c.Id).Count() != All.Length)
        {
            throw new ArgumentException("A capability stands twice in the catalogue with the same version.", nameof(capabilities));
        }

        _byName = All.GroupBy(c => c.Id.Name).ToFrozenDictionary(g => g.Key, g => g.Select(c => earlier?.VersionOf(c) ?? new Version(c)).ToImmutableArray());
    }

    /// <summary>Every capability by name, the newest version of each first.</summary>
    public ImmutableArray<Capability> All { get; }

    /// <summary>The newest version of a name that can stand in for the one asked for, whether or not anybody offers it now; null when there is none.</summary>
    public CapabilityEntry? Find(CapabilityName name, SemanticVersion? wanted)
    {
        foreach (var version in VersionsOf(name))
        {
            if (wanted is null || version.Capability.Id.Version.Satisfies(wanted.Value))
            {
                return version.Entry;
            }
        }

        return null;
    }

    /// <summary>That very version, or when it is gone the newest that can stand in for it; null when there is none.</summary>
    public CapabilityEntry? Find(CapabilityVersion capability)
    {
        foreach (var version in VersionsOf(capability.Name))
        {
            if (version.Capability.Id == capability)
            {
                return version.Entry;
            }
        }

        return Find(capability.Name, capability.Version);
    }

    /// <summary>True when some version of it is known.</summary>
    public bool Knows(CapabilityName name) => _byName.ContainsKey(name);

    /// <summary>The known name that is nearest to a misspelt one; null when none is near.</summary>
    public string? Nearest(string name) => NearestName.Find(name, All.Select(c => c.Id.Name.Value).Distinct());

    /// <summary>The versions of a name, newest first; none when it is not known.</summary>
    internal ReadOnlySpan<Version> VersionsOf(CapabilityName name) => _byName.TryGetValue(name, out var versions) ? versions.AsSpan() : [];

    private Version? VersionOf(Capability capability)
    {
        foreach (var version in VersionsOf(capability.Id.Name))
        {
            if (ReferenceEquals(version.Capability, capability))
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>One version of a capability, compiled when first used.</summary>
    internal sealed class Version(Capability capability)
    {
        private readonly Lazy<CapabilityEntry> _entry = new(() => new(capability, JsonSchema.Compile(capability.Input), JsonSchema.Compile(capability.Output)));

        public Capability Capability { get; } = capability;

        public CapabilityEntry Entry => _entry.Value;
    }
}
