namespace Crank.Session.Frames;

/// <summary>First byte of a frame. The numbers are on the wire: append only, never reuse.</summary>
public enum FrameType : byte
{
    /// <summary>Worker's first frame: protocol, service, version, isolation proof; payload: capability descriptors.</summary>
    Hello = 1,

    /// <summary>Controller's first frame: protocol and how many invocations may be in flight.</summary>
    Welcome = 2,

    /// <summary>Run a capability; payload: its input as JSON.</summary>
    Invoke = 3,

    /// <summary>Last frame of an invocation that is done: metered units; payload: its output as JSON.</summary>
    Result = 4,

    /// <summary>Last frame of an invocation that is not done: code, message, retryable.</summary>
    Error = 5,

    /// <summary>How far an invocation is.</summary>
    Progress = 6,

    /// <summary>The worker begins an output blob.</summary>
    BlobOpen = 7,

    /// <summary>Next bytes of a blob, within the credit given for it.</summary>
    Chunk = 8,

    /// <summary>A blob is complete; carries its total length.</summary>
    BlobEnd = 9,

    /// <summary>The receiver of a blob allows that many bytes more.</summary>
    Credit = 10,

    /// <summary>Stop an invocation; it still ends with a result or an error.</summary>
    Cancel = 11,

    /// <summary>Are you well?</summary>
    Ping = 12,

    /// <summary>Answer to a ping, with the worker's health.</summary>
    Pong = 13,

    /// <summary>Describe yourself again.</summary>
    Describe = 14,

    /// <summary>Answer to describe; payload: capability descriptors.</summary>
    Description = 15,

    /// <summary>No invocation will follow; finish those in flight.</summary>
    Close = 16,

    /// <summary>Worker's last frame after a close.</summary>
    Bye = 17,

    /// <summary>The worker wants to leave: the controller answers with a close when it has sent its last invocation.</summary>
    Leave = 18,
}
