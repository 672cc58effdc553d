using System.Text;
using Crank.Core;
using Crank.Session;

namespace Crank.Sdk.Testing;

/// <summary>What one tested run gave.</summary>
/// <typeparam name="TOutput">The capability's output.</typeparam>
public sealed class CapabilityRun<TOutput>
{
    private readonly IReadOnlyDictionary<Digest, byte[]> _blobs;

    internal CapabilityRun(TOutput output, string json, IReadOnlyDictionary<string, long> units, IReadOnlyList<ProgressReport> progress, IReadOnlyDictionary<Digest, byte[]> blobs)
    {
        Output = output;
        Json = json;
        Units = units;
        Progress = progress;
        _blobs = blobs;
    }

    /// <summary>The output, read back from its JSON.</summary>
    public TOutput Output { get; }

    /// <summary>The output as it travelled.</summary>
    public string Json { get; }

    /// <summary>What was metered, by unit.</summary>
    public IReadOnlyDictionary<string, long> Units { get; }

    /// <summary>Progress, in order.</summary>
    public IReadOnlyList<ProgressReport> Progress { get; }

    /// <summary>The bytes of an output blob.</summary>
    /// <exception cref="KeyNotFoundException">The run made no such blob.</exception>
    public byte[] Read(Blob blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return _blobs[blob.Digest];
    }

    /// <summary>The text of an output blob in UTF-8.</summary>
    /// <exception cref="KeyNotFoundException">The run made no such blob.</exception>
    public string ReadText(Blob blob) => Encoding.UTF8.GetString(Read(blob));
}
