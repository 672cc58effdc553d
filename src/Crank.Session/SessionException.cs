namespace Crank.Session;

/// <summary>A session or an invocation ended for a reason that is not the capability's own answer.</summary>
/// <param name="fault">What kind of end it was.</param>
/// <param name="message">What was wrong, with the numbers.</param>
/// <param name="cause">What lay under it, where something did.</param>
public sealed class SessionException(SessionFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of end: whether the peer misbehaved, vanished, or was closed.</summary>
    public SessionFault Fault { get; } = fault;

    internal static SessionException Violation(string message, Exception? cause = null) =>
        new(SessionFault.ProtocolViolation, message, cause);

    /// <summary>A fresh exception for each waiter, so that stack traces of unrelated callers do not mix.</summary>
    internal SessionException ForAnotherCaller() => new(Fault, Message, this);
}
