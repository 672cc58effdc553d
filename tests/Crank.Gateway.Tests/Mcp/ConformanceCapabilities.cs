using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Mcp;

/// <summary>The tools that the public conformance package asks for, as far as a capability can be one.</summary>
internal static class ConformanceCapabilities
{
    private const string Address =
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"}},"additionalProperties":false}""";

    public static ImmutableArray<Capability> All { get; } =
    [
        .. new[] { "test_simple_text", "test_image_content", "test_audio_content", "test_embedded_resource", "test_multiple_content_types", "test_error_handling", "test_tool_with_progress" }
            .Select(name => Of(name, """{"type":"object"}""")),
        Of("json_schema_2020_12_tool", Address),
    ];

    public static Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        foreach (var share in new[] { 0, 0.5, 1 })
        {
            job.Progress?.Report(new(share, null));
        }

        return Task.FromResult<DispatchResult>(job.Capability.Id.Name.Value switch
        {
            "test_image_content" => Files(("image/png", [1, 2, 3])),
            "test_audio_content" => Files(("audio/wav", [4, 5, 6])),
            "test_embedded_resource" => Files(("text/plain", "embedded"u8.ToArray())),
            "test_multiple_content_types" => Files(("image/png", [1, 2, 3]), ("application/json", "{}"u8.ToArray())),
            "test_error_handling" => TestWorkers.Failed("intended"),
            _ => TestWorkers.Done("""{"text":"done"}"""u8.ToArray()),
        });
    }

    private static DispatchResult.Done Files(params (string MediaType, byte[] Content)[] files)
    {
        var json = new JsonObject();
        foreach (var (mediaType, content) in files)
        {
            json["file" + json.Count] = new JsonObject { ["digest"] = Digest.Of(content).ToString(), ["length"] = content.Length };
        }

        return TestWorkers.Done(Encoding.UTF8.GetBytes(json.ToJsonString()), [.. files.Select(f => new OutputBlob(f.MediaType, f.Content))]);
    }

    private static Capability Of(string name, string input) => TestWorkers.Echo with
    {
        Id = CapabilityVersion.Parse(name + "@1.0.0"),
        Input = JsonElement.Parse(input),
        Output = JsonElement.Parse("""{"type":"object"}"""),
    };
}
