using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>The protocol's JSON: names in camel case, absent members left out, names that are not known passed over (A2A 1.0, section 5).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, MaxDepth = 64)]
[JsonSerializable(typeof(AgentCard))]
[JsonSerializable(typeof(AgentTask))]
[JsonSerializable(typeof(JsonRpcRequest))]
[JsonSerializable(typeof(JsonRpcResponse))]
[JsonSerializable(typeof(SendMessageRequest))]
[JsonSerializable(typeof(SendMessageResponse))]
[JsonSerializable(typeof(StreamResponse))]
[JsonSerializable(typeof(GetTaskRequest))]
[JsonSerializable(typeof(ListTasksRequest))]
[JsonSerializable(typeof(ListTasksResponse))]
[JsonSerializable(typeof(TaskRequest))]
[JsonSerializable(typeof(GetExtendedAgentCardRequest))]
[JsonSerializable(typeof(TaskPushNotificationConfig))]
internal sealed partial class A2aJson : JsonSerializerContext
{
    /// <summary>As above, and a name that is not known is an error.</summary>
    public static A2aJson Strict { get => field ??= new(new JsonSerializerOptions(Default.AgentCard.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow }); private set; }
}
