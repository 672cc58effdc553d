namespace Crank.Sdk;

/// <summary>Names a capability and its version. The summary that people and agents read is the doc comment of the class.</summary>
/// <param name="name">A service and what it does, such as <c>doc.convert</c>.</param>
/// <param name="version">Semantic version <c>major.minor.patch</c>; the same major can stand in for another.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CapabilityAttribute(string name, string version) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The version.</summary>
    public string Version { get; } = version;

    /// <summary>True when one worker may run several jobs of it at once; then a worker that is killed takes them all along. Default false.</summary>
    public bool Concurrent { get; init; }

    /// <summary>True when running it twice is as good as once, so that a job that was cut off may be run again. Default false.</summary>
    public bool Idempotent { get; init; }
}
