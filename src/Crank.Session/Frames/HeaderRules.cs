namespace Crank.Session.Frames;

/// <summary>The table of <c>docs/session-protocol.md</c>: which members each frame type must and may have.</summary>
internal static class HeaderRules
{
    public static HeaderFields Required(FrameType type) => type switch
    {
        FrameType.Hello => HeaderFields.Protocol | HeaderFields.Service | HeaderFields.Version | HeaderFields.Isolation,
        FrameType.Welcome => HeaderFields.Protocol | HeaderFields.Invocations,
        FrameType.Invoke => HeaderFields.Id | HeaderFields.Capability,
        FrameType.Result or FrameType.Cancel => HeaderFields.Id,
        FrameType.Error => HeaderFields.Id | HeaderFields.Code | HeaderFields.Message | HeaderFields.Retryable,
        FrameType.Progress => HeaderFields.Id | HeaderFields.Fraction,
        FrameType.BlobOpen => HeaderFields.Id | HeaderFields.Blob | HeaderFields.MediaType,
        FrameType.Chunk => HeaderFields.Id | HeaderFields.Blob,
        FrameType.BlobEnd or FrameType.Credit => HeaderFields.Id | HeaderFields.Blob | HeaderFields.Bytes,
        FrameType.Ping => HeaderFields.Nonce,
        FrameType.Pong => HeaderFields.Nonce | HeaderFields.Ok,
        _ => HeaderFields.None,
    };

    public static HeaderFields Allowed(FrameType type) => Required(type) | type switch
    {
        FrameType.Hello => HeaderFields.Sdk,
        FrameType.Invoke => HeaderFields.Version | HeaderFields.Blobs | HeaderFields.DeadlineMs | HeaderFields.TraceParent,
        FrameType.Result => HeaderFields.Units,
        FrameType.Progress => HeaderFields.Note,
        FrameType.BlobOpen => HeaderFields.Name,
        FrameType.Pong => HeaderFields.Detail,
        _ => HeaderFields.None,
    };
}
