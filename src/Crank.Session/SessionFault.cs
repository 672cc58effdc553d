namespace Crank.Session;

/// <summary>Why a session, or one invocation of it, could not go on. The numbers are ours for good: append only.</summary>
public enum SessionFault
{
    /// <summary>The peer broke the protocol; the session is over and so is every invocation in flight.</summary>
    ProtocolViolation = 1,

    /// <summary>The peer's stream ended or failed without a close; the session is over.</summary>
    PeerGone = 2,

    /// <summary>The peer speaks another protocol version, or did not introduce itself; no session was made.</summary>
    HandshakeFailed = 3,

    /// <summary>One invocation produced more output than it was allowed; only that invocation ended.</summary>
    OutputTooLarge = 4,

    /// <summary>The session was closed from this side before the invocation ended or began.</summary>
    Closed = 5,

    /// <summary>One invocation's input could not be read or did not have its declared length; only that invocation ended.</summary>
    InputFailed = 6,
}
