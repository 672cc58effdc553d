namespace Crank.Session.Frames;

/// <summary>Every member that a header can have; each frame type has a few of them (<see cref="HeaderFields"/>).</summary>
internal record struct FrameHeader
{
    public long Id { get; set; }
    public int? Blob { get; set; }
    public long? Bytes { get; set; }
    public string? Protocol { get; set; }
    public string? Service { get; set; }
    public string? Version { get; set; }
    public string? Isolation { get; set; }
    public int? Invocations { get; set; }
    public string? Capability { get; set; }
    public IReadOnlyList<BlobAnnouncement>? Blobs { get; set; }
    public long? DeadlineMs { get; set; }
    public IReadOnlyDictionary<string, long>? Units { get; set; }
    public string? Code { get; set; }
    public string? Message { get; set; }
    public bool? Retryable { get; set; }
    public double? Fraction { get; set; }
    public string? Note { get; set; }
    public string? MediaType { get; set; }
    public string? Name { get; set; }
    public long? Nonce { get; set; }
    public bool? Ok { get; set; }
    public string? Detail { get; set; }

    public string? TraceParent { get; set; }
    public string? Sdk { get; set; }
}
