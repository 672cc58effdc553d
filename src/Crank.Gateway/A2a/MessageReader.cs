using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh;
using Crank.Mesh.Path;

namespace Crank.Gateway.A2a;

/// <summary>
/// A message as a job. Which capability: <c>metadata["dev.crank/capability"]</c> of the message, or <c>capability</c> in its data part. Its input: the data part (or <c>input</c> in
/// it); a file or text part fills the capability's only file, text else its only required string.
/// </summary>
internal sealed class MessageReader(Controller controller, AgentFiles files)
{
    private const int MaxParts = 32;
    private const int MaxId = 200;
    private const string CapabilityKey = "dev.crank/capability";

    /// <exception cref="A2aException">It cannot be turned into a job.</exception>
    public JobRequest Read(Caller caller, SendMessageRequest request, string? traceParent)
    {
        var message = request.Message ?? throw A2aException.InvalidParams("There is no message.");
        Check(message, request);
        var data = message.Parts!.Where(p => p.Data is not null).Select(p => p.Data!.Value).ToList();
        if (data.Count > 1)
        {
            throw A2aException.InvalidParams("There are several data parts.", "Send one: it is the input of the capability.");
        }

        var envelope = data is [{ ValueKind: JsonValueKind.Object } only] && only.TryGetProperty("capability", out _) ? only : (JsonElement?)null;
        var capability = Find(Member(message.Metadata, CapabilityKey) ?? Member(request.Metadata, CapabilityKey) ?? Member(envelope, "capability"));
        var input = envelope is null ? data.FirstOrDefault() : envelope.Value.TryGetProperty("input", out var inner) ? inner : default;
        try
        {
            var arguments = Arguments(capability, input, message.Parts!.Where(p => p.Data is null));
            var (json, blobs) = files.Split(caller, capability, arguments);
            var terms = AgentTerms.Read(Member(message.Metadata, "dev.crank/terms") ?? Member(envelope, "terms"));
            return new(
                caller.Tenant, caller.Principal, capability.Id.Name, null, json, blobs, terms, KeyOf(caller, message.MessageId!), TraceParent: traceParent, Roles: caller.Roles, Purse: caller.Purse);
        }
        catch (AgentRequestException e)
        {
            throw A2aException.InvalidParams(e.Message, e.Hint);
        }
    }

    private static void Check(Message message, SendMessageRequest request)
    {
        if (request.Configuration?.TaskPushNotificationConfig is not null)
        {
            throw A2aException.PushNotSupported();
        }

        if (message.MessageId is not { Length: > 0 and <= MaxId })
        {
            throw A2aException.InvalidParams($"A message has a messageId of 1 to {MaxId} characters.");
        }

        if (message.Role != Role.User)
        {
            throw A2aException.InvalidParams("The role is not ROLE_USER.");
        }

        if (message.Parts is not { Count: > 0 and <= MaxParts })
        {
            throw A2aException.InvalidParams($"A message has 1 to {MaxParts} parts.");
        }

        if (message.ContextId is { Length: > MaxId })
        {
            throw A2aException.InvalidParams($"A contextId has at most {MaxId} characters.");
        }

        if (message.Parts.Any(p => new object?[] { p.Text, p.Raw, p.Url, p.Data }.Count(content => content is not null) != 1))
        {
            throw A2aException.InvalidParams("A part has exactly one of text, raw, url and data.");
        }
    }

    private Capability Find(JsonElement? named)
    {
        var text = named is { ValueKind: JsonValueKind.String } given ? given.GetString()! : null;
        if (text is not null && CapabilityName.TryParse(text, null, out var name) && controller.Catalogue.Find(name, null) is { } entry)
        {
            return entry.Capability;
        }

        var known = string.Join(", ", controller.Catalogue.All.Select(c => c.Id.Name.Value).Distinct().Take(20));
        throw A2aException.InvalidParams(
            text is null ? "The message does not say which capability it is for." : $"There is no capability '{PlainText.Of(text, 64)}'.",
            $"Set metadata[\"{CapabilityKey}\"] of the message to one of the skills of the extended card: {known}.");
    }

    private static Dictionary<string, JsonElement> Arguments(Capability capability, JsonElement input, IEnumerable<Part> others)
    {
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (input.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            throw new AgentRequestException("The input is not an object.", "Send the capability's input as one data part.");
        }

        foreach (var member in input.ValueKind == JsonValueKind.Object ? input.EnumerateObject() : default)
        {
            arguments[member.Name] = member.Value;
        }

        var left = new Queue<string>(BlobMembers.Of(capability).Where(m => !arguments.ContainsKey(m)));
        foreach (var part in others)
        {
            if (left.TryDequeue(out var member))
            {
                arguments[member] = JsonSerializer.SerializeToElement(FileOf(part));
            }
            else if (part.Text is { } text && AgentSchemas.TextMember(capability) is { } filled && !arguments.ContainsKey(filled))
            {
                arguments[filled] = JsonSerializer.SerializeToElement(text, A2aJson.Default.String);
            }
            else
            {
                throw new AgentRequestException($"'{capability.Id.Name}' has no place for that many parts.", "See its input schema: each part beside the data part fills one of its files.");
            }
        }

        return arguments;
    }

    private static JsonObject FileOf(Part part)
    {
        var file = part switch
        {
            { Text: { } text } => new JsonObject { ["text"] = text },
            { Raw: { } raw } => new JsonObject { ["base64"] = raw },
            _ => new JsonObject { ["uri"] = part.Url },
        };
        if (part.Filename is { } name)
        {
            file["name"] = name;
        }

        return file;
    }

    /// <summary>The same message of the same principal is the same job, however often it is sent.</summary>
    private static string KeyOf(Caller caller, string messageId) =>
        "a2a:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Principal}\n{messageId}")));

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) ? value : null;
}
