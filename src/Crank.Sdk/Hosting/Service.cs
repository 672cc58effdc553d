using Crank.Core;
using Crank.Session;

namespace Crank.Sdk;

/// <summary>A named, versioned set of capabilities that one worker hosts.</summary>
public sealed class Service
{
    private readonly Dictionary<string, CapabilityBase> _byName;

    /// <summary>Makes a service.</summary>
    /// <param name="name">Its name, such as <c>crank-doc</c>.</param>
    /// <param name="version">Its version; each capability has its own.</param>
    /// <param name="capabilities">At least one; no name twice.</param>
    public Service(string name, SemanticVersion version, params IReadOnlyList<CapabilityBase> capabilities)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(capabilities);
        ArgumentOutOfRangeException.ThrowIfZero(capabilities.Count, nameof(capabilities));
        Name = name;
        Version = version;
        Capabilities = capabilities;
        _byName = capabilities.ToDictionary(c => c.Descriptor.Id.Name.Value, StringComparer.Ordinal);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its version.</summary>
    public SemanticVersion Version { get; }

    /// <summary>What it hosts.</summary>
    public IReadOnlyList<CapabilityBase> Capabilities { get; }

    /// <summary>Well when every capability is; otherwise the first complaint.</summary>
    public WorkerHealth Health
    {
        get
        {
            foreach (var capability in Capabilities)
            {
                if (capability.Health is { Ok: false } ill) return ill with { Detail = $"{capability.Descriptor.Id}: {ill.Detail}" };
            }

            return new WorkerHealth(Ok: true);
        }
    }

    /// <summary>The descriptors of all capabilities, as a worker introduces itself: a JSON array of <see cref="Capability"/> in camelCase.</summary>
    public byte[] Describe() => DescriptorWriter.Write(Capabilities.Select(c => c.Descriptor));

    internal CapabilityBase? Find(string name, string? version)
    {
        if (!_byName.TryGetValue(name, out var capability)) return null;
        return version is null || (SemanticVersion.TryParse(version, null, out var wanted) && capability.Descriptor.Id.Version.Satisfies(wanted)) ? capability : null;
    }
}
