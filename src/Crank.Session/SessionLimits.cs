namespace Crank.Session;

/// <summary>The maxima of <c>crank-session/1</c>. Both ends refuse what is larger; none can be negotiated upwards.</summary>
public static class SessionLimits
{
    /// <summary>The protocol that this code speaks, as written in the first frame of each end.</summary>
    public const string Protocol = "crank-session/1";

    /// <summary>The protocol as a WebSocket subprotocol (RFC 6455, 1.9), whose names have no slash.</summary>
    public const string Subprotocol = "crank-session.1";

    /// <summary>Largest JSON header of a frame, in bytes.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>Largest payload of a frame that carries JSON (input, output, descriptions), in bytes.</summary>
    public const int MaxJsonBytes = 4 * 1024 * 1024;

    /// <summary>Largest payload of a frame that carries part of a blob, in bytes.</summary>
    public const int MaxChunkBytes = 64 * 1024;

    /// <summary>Credit given to one blob at a time, in bytes; at most this much of a blob waits in the receiver's memory.</summary>
    public const int BlobWindowBytes = 256 * 1024;

    /// <summary>Most blobs that one invocation may take, and most that it may make.</summary>
    public const int MaxBlobs = 64;

    /// <summary>Most blobs that one invocation may be writing at the same time.</summary>
    public const int MaxOpenBlobs = 4;

    /// <summary>Most invocations that may be in flight in one session.</summary>
    public const int MaxInvocations = 1024;

    /// <summary>Most progress events of one invocation.</summary>
    public const int MaxProgressEvents = 10_000;

    /// <summary>Longest name (capability, service, unit, code, key, media type), in UTF-16 units.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Longest text meant for people (message, note, detail, isolation proof), in UTF-16 units.</summary>
    public const int MaxTextLength = 2048;

    /// <summary>Most different units one invocation may meter.</summary>
    public const int MaxUnits = 32;
}
