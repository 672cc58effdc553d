using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;
using Crank.Mesh.Registry;

namespace Crank.Gateway.Services;

/// <summary>Makes what a check gives a capability to do: the first example that its author declared, else one made from the schema, with a few words for each file.</summary>
internal static class CheckInputs
{
    private static readonly byte[] s_words = "hello\n"u8.ToArray();

    /// <summary>Null when no valid input can be made.</summary>
    public static CheckInput? Of(Capability capability)
    {
        var isDeclared = capability.Input.TryGetProperty("examples", out var examples) && examples.ValueKind == JsonValueKind.Array && examples.GetArrayLength() > 0;
        if ((isDeclared ? JsonNode.Parse(examples[0].GetRawText()) : SchemaExample.Of(capability)) is not JsonObject input)
        {
            return null;
        }

        var blobs = ImmutableDictionary.CreateBuilder<string, BlobSource>(StringComparer.Ordinal);
        foreach (var member in BlobMembers.Of(capability).Where(input.ContainsKey))
        {
            var bytes = input[member] is JsonObject file && file["text"] is JsonValue text && text.TryGetValue<string>(out var words) ? Encoding.UTF8.GetBytes(words) : s_words;
            blobs[member] = new(bytes.Length, () => new MemoryStream(bytes, writable: false), "hello.txt");
            input.Remove(member);
        }

        return new(Encoding.UTF8.GetBytes(input.ToJsonString()), blobs.ToImmutable(), isDeclared);
    }
}
