using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Schema;

namespace Crank.Cli.Config;

/// <summary>The published schema of <c>crank.yaml</c>, and what follows from it: the settings, their names in the environment, what is wrong with a file.</summary>
internal static class ConfigurationSchema
{
    /// <summary>The schema as it is published.</summary>
    public static string Text { get; } = Read();

    /// <summary>The section whose name is left out of its variables: <c>CRANK_ZONE</c>, not <c>CRANK_MESH_ZONE</c>.</summary>
    private const string OwnSection = "MESH";

    /// <summary>The settings that a running mesh takes over without a restart (see <c>GatewayOptions.Renewed</c>): whole sections, and single ones.</summary>
    private static readonly string[] s_live =
        ["/quotas/", "/policy/", "/rest/", "/services/", "/webhooks/", "/agents/", "/identity/", "/limits/jsonBody", "/limits/jsonDepth", "/limits/blob", "/observability/sampleRatio"];

    /// <summary>Those of the sections above that need one all the same.</summary>
    private static readonly string[] s_bound =
        ["/agents/sessions", "/agents/sessionIdle", "/identity/trustDomain", "/identity/clientAuthorities", "/identity/failuresPerMinute", "/policy/log/", "/policy/opa/"];

    private static readonly Lazy<JsonElement> s_element = new(() => JsonElement.Parse(Text));
    private static readonly Lazy<JsonSchema> s_schema = new(() => JsonSchema.Compile(s_element.Value));
    private static readonly Lazy<IReadOnlyList<Setting>> s_settings = new(() => [.. Leaves(s_element.Value, "", "")]);

    /// <summary>Every setting, in the order of the schema.</summary>
    public static IReadOnlyList<Setting> Settings => s_settings.Value;

    /// <summary>Everything that is wrong with a configuration, with the place of each.</summary>
    public static IReadOnlyList<SchemaError> Check(JsonObject values) => s_schema.Value.Validate(JsonElement.Parse(values.ToJsonString())).Errors;

    private static bool IsLive(string pointer) => IsAmong(s_live, pointer) && !IsAmong(s_bound, pointer);

    private static bool IsAmong(string[] settings, string pointer) => settings.Any(s => s.EndsWith('/') ? pointer.StartsWith(s, StringComparison.Ordinal) : pointer == s);

    private static string Read()
    {
        using var stream = typeof(ConfigurationSchema).Assembly.GetManifestResourceStream("crank.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static IEnumerable<Setting> Leaves(JsonElement schema, string pointer, string words)
    {
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            var at = $"{pointer}/{property.Name}";
            var name = words.Length == 0 ? Upper(property.Name) : $"{words}_{Upper(property.Name)}";
            // An object that may be left out whole is one setting.
            if (property.Value.TryGetProperty("properties", out _) && property.Value.GetProperty("type").ValueKind == JsonValueKind.String)
            {
                foreach (var leaf in Leaves(property.Value, at, name))
                {
                    yield return leaf;
                }
            }
            else
            {
                yield return new(
                    at, "CRANK_" + (words == OwnSection ? Upper(property.Name) : name),
                    property.Value.TryGetProperty("description", out var description) ? description.GetString()! : "", IsLive(at));
            }
        }
    }

    /// <summary><c>ownerLimit</c> as <c>OWNER_LIMIT</c>.</summary>
    private static string Upper(string name) => string.Concat(name.Select(c => char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
