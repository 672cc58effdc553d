namespace Crank.Sdk;

/// <summary>What one job of the capability may use at most. What is not set keeps the default of this type.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LimitsAttribute : Attribute
{
    /// <summary>Largest input in bytes, JSON and blobs together. Default 64 MiB.</summary>
    public long MaxInputBytes { get; init; } = 64L << 20;

    /// <summary>Largest output in bytes, JSON and blobs together. Default 64 MiB.</summary>
    public long MaxOutputBytes { get; init; } = 64L << 20;

    /// <summary>What a worker of it must be able to hold, in bytes; what a node really gives its workers is the node's setting, 512 MiB unless changed. Default 512 MiB.</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    /// <summary>Longest wall time in the worker, such as <c>30s</c>. Default 30 seconds.</summary>
    public string Deadline { get; init; } = "30s";
}
