namespace Crank.Session.Frames;

/// <summary>Which members a header must and may have.</summary>
[Flags]
internal enum HeaderFields
{
    None = 0,
    Id = 1 << 0,
    Blob = 1 << 1,
    Bytes = 1 << 2,
    Protocol = 1 << 3,
    Service = 1 << 4,
    Version = 1 << 5,
    Isolation = 1 << 6,
    Invocations = 1 << 7,
    Capability = 1 << 8,
    Blobs = 1 << 9,
    DeadlineMs = 1 << 10,
    Units = 1 << 11,
    Code = 1 << 12,
    Message = 1 << 13,
    Retryable = 1 << 14,
    Fraction = 1 << 15,
    Note = 1 << 16,
    MediaType = 1 << 17,
    Name = 1 << 18,
    Nonce = 1 << 19,
    Ok = 1 << 20,
    Detail = 1 << 21,
    TraceParent = 1 << 22,
    Sdk = 1 << 23,
}
