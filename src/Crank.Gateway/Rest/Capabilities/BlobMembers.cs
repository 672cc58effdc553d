using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crank.Core;

namespace Crank.Gateway.Rest.Capabilities;

/// <summary>Which members of a capability's input hold a file.</summary>
internal static class BlobMembers
{
    private const string Definitions = "#/$defs/";
    private static readonly ConditionalWeakTable<Capability, Names> s_known = [];

    /// <summary>The members, as the input schema shows them: an object with <c>digest</c> and <c>length</c>.</summary>
    public static ImmutableArray<string> Of(Capability capability) => s_known.GetValue(capability, static c => new(Read(c))).All;

    /// <summary>True for the schema of a file.</summary>
    public static bool IsBlob(JsonElement root, JsonElement schema)
    {
        var at = Target(root, schema) ?? schema;
        return at.ValueKind == JsonValueKind.Object && at.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty("digest", out _) && properties.TryGetProperty("length", out _);
    }

    /// <summary>What a schema refers to within its document; null when it refers to nothing there.</summary>
    public static JsonElement? Target(JsonElement root, JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && reference.GetString() is { } text
        && text.StartsWith(Definitions, StringComparison.Ordinal) && root.TryGetProperty("$defs", out var definitions)
        && definitions.TryGetProperty(text[Definitions.Length..], out var target)
            ? target
            : null;

    private static ImmutableArray<string> Read(Capability capability) =>
        capability.Input.ValueKind == JsonValueKind.Object && capability.Input.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? [.. properties.EnumerateObject().Where(p => p.Name == capability.BlobInput || IsBlob(capability.Input, p.Value)).Select(p => p.Name)]
            : capability.BlobInput is { } only ? [only] : [];

    private sealed record Names(ImmutableArray<string> All);
}
