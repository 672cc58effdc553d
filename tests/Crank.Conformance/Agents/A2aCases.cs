using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Crank.Gateway.A2a.Protocol;

namespace Crank.Conformance.Agents;

/// <summary>Examples of A2A, each read strictly into the type of the protocol that it is of, and written again whole. Forms of 0.3 are declined by what shows them.</summary>
internal static class A2aCases
{
    private static readonly string[] s_olderMembers = ["kind", "supportsExtendedAgentCard", "preferredTransport", "additionalInterfaces", "stateTransitionHistory"];

    public static async Task RunAsync(string folder, string group, SuiteReport report, CancellationToken cancellationToken)
    {
        foreach (var file in AgentsProtocolsSuite.Files(folder))
        {
            var name = $"{group}/{Path.GetFileNameWithoutExtension(file)}";
            var example = JsonElement.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            if (Older(example) is { } older)
            {
                report.Decline(name, $"{older} is a form of A2A 0.3, which is not spoken");
            }
            else if (!report.Declines(name))
            {
                report.Check(name, Maps(example, out var why), why);
            }
        }
    }

    /// <summary>What shows that an example is older than 1.0; null when nothing does.</summary>
    private static string? Older(JsonElement example)
    {
        if (example.ValueKind == JsonValueKind.Array)
        {
            return example.EnumerateArray().Select(Older).FirstOrDefault(o => o is not null);
        }

        if (example.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (example.TryGetProperty("skills", out _) && example.TryGetProperty("url", out _))
        {
            return "a card's 'url'";
        }

        foreach (var member in example.EnumerateObject())
        {
            if (s_olderMembers.Contains(member.Name))
            {
                return $"'{member.Name}'";
            }

            if (member.Name == "role" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is "user" or "agent")
            {
                return $"the role '{member.Value.GetString()}'";
            }

            // What a data part or metadata holds is the sender's own.
            if (member.Name is not ("data" or "metadata" or "params" or "header") || example.TryGetProperty("method", out _))
            {
                if (Older(member.Value) is { } inside)
                {
                    return inside;
                }
            }
        }

        return null;
    }

    private static bool Maps(JsonElement example, out string why)
    {
        if (example.TryGetProperty("jsonrpc", out _))
        {
            return MapsEnvelope(example, out why);
        }

        var strict = A2aJson.Strict;
        return example switch
        {
            _ when Has(example, "protected", "signature") => Rewrites(example, strict.AgentCardSignature, out why),
            _ when Has(example, "alg") => IsHeader(example, out why),
            _ when Has(example, "artifactId") => Rewrites(example, strict.Artifact, out why),
            _ when Has(example, "parts") => Rewrites(example, strict.Message, out why),
            _ when Has(example, "status") => Rewrites(example, strict.AgentTask, out why),
            _ when Has(example, "text") || Has(example, "raw") || Has(example, "url") || Has(example, "data") => Rewrites(example, strict.Part, out why),
            _ when Has(example, "timestamp") => AreTimes(example, out why),
            _ => Rewrites(example, strict.AgentCard, out why),
        };
    }

    private static bool MapsEnvelope(JsonElement example, out string why)
    {
        var strict = A2aJson.Strict;
        if (example.TryGetProperty("method", out var method))
        {
            if (!Rewrites(example, strict.JsonRpcRequest, out why) || !example.TryGetProperty("params", out var given))
            {
                return why.Length == 0;
            }

            return method.GetString() switch
            {
                "SendMessage" or "SendStreamingMessage" => Rewrites(given, strict.SendMessageRequest, out why),
                "GetTask" => Rewrites(given, strict.GetTaskRequest, out why),
                "ListTasks" => Rewrites(given, strict.ListTasksRequest, out why),
                "CancelTask" or "SubscribeToTask" => Rewrites(given, strict.TaskRequest, out why),
                "GetExtendedAgentCard" => Rewrites(given, strict.GetExtendedAgentCardRequest, out why),
                _ => Rewrites(given, strict.TaskPushNotificationConfig, out why),
            };
        }

        if (!Rewrites(example, strict.JsonRpcResponse, out why) || !example.TryGetProperty("result", out var result))
        {
            return why.Length == 0;
        }

        return result switch
        {
            _ when Has(result, "task") || Has(result, "message") => Rewrites(result, strict.SendMessageResponse, out why),
            _ when Has(result, "statusUpdate") || Has(result, "artifactUpdate") => Rewrites(result, strict.StreamResponse, out why),
            _ when Has(result, "tasks") => Rewrites(result, strict.ListTasksResponse, out why),
            _ when Has(result, "supportedInterfaces") => Rewrites(result, strict.AgentCard, out why),
            _ => Rewrites(result, strict.AgentTask, out why),
        };
    }

    private static bool Rewrites<T>(JsonElement example, JsonTypeInfo<T> type, out string why)
    {
        try
        {
            var again = JsonSerializer.SerializeToElement(example.Deserialize(type)!, type);
            why = JsonElement.DeepEquals(example, again) ? "" : $"{typeof(T).Name} writes {again.GetRawText()}";
        }
        catch (JsonException e)
        {
            why = $"{typeof(T).Name}: {e.Message}";
        }

        return why.Length == 0;
    }

    /// <summary>The header of a card's signature is a JOSE header, RFC 7515: a name for the algorithm, the key and the type.</summary>
    private static bool IsHeader(JsonElement example, out string why)
    {
        why = Has(example, "alg", "kid", "typ") ? "" : "a signature's header has alg, kid and typ";
        return why.Length == 0;
    }

    private static bool AreTimes(JsonElement example, out string why)
    {
        why = example.EnumerateObject().All(m => DateTimeOffset.TryParseExact(m.Value.GetString(), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            ? ""
            : "not a time of RFC 3339 in UTC";
        return why.Length == 0;
    }

    private static bool Has(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out _))
            {
                return false;
            }
        }

        return true;
    }
}
