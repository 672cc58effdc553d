using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Crank.Gateway;

namespace Crank.Cli.Config;

/// <summary>Turns the checked configuration into the options of the gateway, and back for <c>crank config show</c>.</summary>
internal static class GatewayBinding
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The options; what nobody gave keeps its default.</summary>
    /// <exception cref="CliException">A value fits the schema and not its type, which only a text such as a web address can.</exception>
    public static GatewayOptions Read(JsonObject values)
    {
        try
        {
            return values.Deserialize<GatewayOptions>(s_options) ?? new();
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CliException(ExitCode.Usage, $"The configuration cannot be used: {e.Message}", "See 'crank config schema'.");
        }
    }

    /// <summary>The options as JSON, defaults included.</summary>
    public static JsonObject Show(GatewayOptions options) => JsonSerializer.SerializeToNode(options, s_options)!.AsObject();
}
