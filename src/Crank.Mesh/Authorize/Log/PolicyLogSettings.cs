namespace Crank.Mesh.Authorize.Log;

/// <summary>How decisions are written down, and for how long they are kept.</summary>
public sealed record PolicyLogSettings
{
    /// <summary>Whether decisions are written down at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How many decisions may wait to be written. What comes while so many wait is lost, and the log says so. Default 8,192.</summary>
    public int Waiting { get; init; } = 8_192;

    /// <summary>How many bytes of inputs may wait to be written. Default 64 MiB.</summary>
    public long WaitingBytes { get; init; } = 64L << 20;

    /// <summary>The size at which a file of the log is closed, packed, and followed by another. Default 16 MiB.</summary>
    public long FileBytes { get; init; } = 16L << 20;

    /// <summary>The age at which it is. Default 24 hours.</summary>
    public TimeSpan FileAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many files of the log are kept. Default 64.</summary>
    public int Files { get; init; } = 64;

    /// <summary>Whether closed files are packed with gzip. Default true.</summary>
    public bool Pack { get; init; } = true;

    /// <summary>How long files of the log and sealed inputs are kept. Default 30 days.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Whether the inputs of jobs are sealed and kept, so that decisions can be replayed. Default true.</summary>
    public bool Inputs { get; init; } = true;

    /// <summary>How many bytes of sealed inputs are kept. Default 256 MiB.</summary>
    public long InputBytes { get; init; } = 256L << 20;

    /// <summary>How many sets of policies are kept for replay. Default 32.</summary>
    public int Sets { get; init; } = 32;

    /// <summary>How many bytes of sets of policies are kept for replay. Default 256 MiB.</summary>
    public long SetBytes { get; init; } = 256L << 20;

    /// <summary>Names of members that are erased besides the usual ones: see <see cref="Rego.Decide.SecretNames"/>.</summary>
    public IReadOnlyList<string> Erase { get; init; } = [];

    /// <summary>Labels on every event, besides the mesh's own, each as <c>name=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
