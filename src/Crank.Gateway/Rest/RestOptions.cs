namespace Crank.Gateway.Rest;

/// <summary>What the REST face holds open and keeps.</summary>
public sealed record RestOptions
{
    /// <summary>How long an uploaded file is kept when nobody puts it again. Default 24 hours.</summary>
    public TimeSpan BlobTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an upload may stand unfinished, counted from its last byte. Default 24 hours.</summary>
    public TimeSpan UploadTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many unfinished uploads a tenant may have. Default 32.</summary>
    public int UploadsPerTenant { get; init; } = 32;

    /// <summary>How many bytes the unfinished uploads of a tenant may have together. Default 8 GiB.</summary>
    public long UploadBytesPerTenant { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>How many streams of events a tenant may have open. Default 64.</summary>
    public int EventStreamsPerTenant { get; init; } = 64;

    /// <summary>How often a silent stream of events gets a comment, so that nobody between takes it for dead. Default 15 s.</summary>
    public TimeSpan EventKeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest that <c>Prefer: wait=N</c> holds a request. Default 2 min.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);
}
