using System.Collections.Frozen;

namespace Crank.Gateway.A2a;

/// <summary>Methods of the protocol that are refused by name; a test holds the list against <c>docs/agents.md</c>.</summary>
internal static class A2aUnsupported
{
    /// <summary>Push notifications of 1.0.</summary>
    public static FrozenSet<string> Push { get; } = new[]
    {
        "CreateTaskPushNotificationConfig", "GetTaskPushNotificationConfig", "ListTaskPushNotificationConfigs", "DeleteTaskPushNotificationConfig",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Methods of 0.2 and 0.3.</summary>
    public static FrozenSet<string> Older { get; } = new[]
    {
        "message/send", "message/stream", "tasks/get", "tasks/cancel", "tasks/resubscribe", "tasks/pushNotificationConfig/set", "tasks/pushNotificationConfig/get",
        "tasks/pushNotificationConfig/list", "tasks/pushNotificationConfig/delete", "agent/getAuthenticatedExtendedCard",
    }.ToFrozenSet(StringComparer.Ordinal);
}
