namespace Crank.Gateway.A2a;

/// <summary>A call that is answered with an error of the protocol (A2A 1.0, sections 5.4 and 9.5; JSON-RPC 2.0, section 5.1).</summary>
internal sealed class A2aException(int code, string reason, string message, string hint = "") : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>What programs match on, e.g. <c>TASK_NOT_FOUND</c>.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to try; empty for nothing.</summary>
    public string Hint { get; } = hint;

    public static A2aException ParseError(string why) => new(-32700, "PARSE_ERROR", $"The body is not JSON: {why}");

    public static A2aException InvalidRequest(string why) => new(-32600, "INVALID_REQUEST", why, "Send one JSON-RPC 2.0 request with jsonrpc, id, method and params.");

    public static A2aException InvalidParams(string why, string hint = "") => new(-32602, "INVALID_PARAMS", why, hint);

    public static A2aException TaskNotFound() => new(-32001, "TASK_NOT_FOUND", "There is no task of that id.", "List them with ListTasks.");

    public static A2aException TaskNotCancelable() => new(-32002, "TASK_NOT_CANCELABLE", "The task has ended.");

    public static A2aException PushNotSupported() => new(-32003, "PUSH_NOTIFICATION_NOT_SUPPORTED", "No news of tasks is pushed.", "Use SendStreamingMessage or SubscribeToTask, or a webhook over REST.");

    public static A2aException Unsupported(string why, string hint) => new(-32004, "UNSUPPORTED_OPERATION", why, hint);

    public static A2aException VersionNotSupported(string asked) => new(-32009, "VERSION_NOT_SUPPORTED", $"A2A {asked} is not spoken here.", "Send the header 'A2A-Version: 1.0'.");
}
