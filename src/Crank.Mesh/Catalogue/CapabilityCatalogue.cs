using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Schema;

namespace Crank.Mesh.Catalogue;

/// <summary>The capabilities that a mesh knows, as an immutable snapshot that is replaced whole. Schemas are compiled when first used.</summary>
public sealed class CapabilityCatalogue
{
    private readonly FrozenDictionary<CapabilityName, ImmutableArray<Lazy<CapabilityEntry>>> _byName;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="capabilities">At most one of each name and version.</param>
    /// <exception cref="ArgumentException">A name and version stands twice.</exception>
    public CapabilityCatalogue(IEnumerable<Capability> capabilities)
    {
        All = [.. capabilities.OrderBy(c => c.Id.Name).ThenByDescending(c => c.Id.Version)];
        if (All.DistinctBy(c => c.Id).Count() != All.Length)
        {
            throw new ArgumentException("A capability stands twice in the catalogue with the same version.", nameof(capabilities));
        }

        _byName = All.GroupBy(c => c.Id.Name).ToFrozenDictionary(
            g => g.Key,
            g => g.Select(c => new Lazy<CapabilityEntry>(() => new(c, JsonSchema.Compile(c.Input), JsonSchema.Compile(c.Output)))).ToImmutableArray());
        _versions = All.GroupBy(c => c.Id.Name).ToFrozenDictionary(g => g.Key, g => g.Select(c => c.Id.Version).ToImmutableArray());
    }

    private readonly FrozenDictionary<CapabilityName, ImmutableArray<SemanticVersion>> _versions;

    /// <summary>Every capability by name, the newest version of each first.</summary>
    public ImmutableArray<Capability> All { get; }

    /// <summary>The newest version of a name that can stand in for the one asked for; null when there is none.</summary>
    public CapabilityEntry? Find(CapabilityName name, SemanticVersion? wanted)
    {
        if (!_byName.TryGetValue(name, out var entries))
        {
            return null;
        }

        var versions = _versions[name];
        for (var i = 0; i < versions.Length; i++)
        {
            if (wanted is null || versions[i].Satisfies(wanted.Value))
            {
                return entries[i].Value;
            }
        }

        return null;
    }

    /// <summary>True when some version of it is known.</summary>
    public bool Knows(CapabilityName name) => _byName.ContainsKey(name);

    /// <summary>The known name that is nearest to a misspelt one; null when none is near.</summary>
    public string? Nearest(string name) => NearestName.Find(name, All.Select(c => c.Id.Name.Value).Distinct());
}
