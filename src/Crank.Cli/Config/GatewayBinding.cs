using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Crank.Gateway;
using Crank.Gateway.Identity.Tokens;

namespace Crank.Cli.Config;

/// <summary>Turns the checked configuration into the options of the gateway, and back for <c>crank config show</c>.</summary>
internal static class GatewayBinding
{
    /// <summary>How a configuration is written as JSON: lengths of time and names as in <c>crank.yaml</c>.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
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
            var options = values.Deserialize<GatewayOptions>(Options) ?? new();
            var faults = options.Identity.Issuers.Select(i => (i.Issuer, Fault: IssuerRule.Fault(i))).Where(i => i.Fault is not null).Select(i => $"identity.issuers: {i.Issuer}: {i.Fault}").ToList();
            return faults.Count == 0 ? options : throw new CliException(ExitCode.Usage, string.Join("\n       ", faults), "Correct these, or leave them out.");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CliException(ExitCode.Usage, $"The configuration cannot be used: {e.Message}", "See 'crank config schema'.");
        }
    }

    /// <summary>The options as JSON, defaults included.</summary>
    public static JsonObject Show(GatewayOptions options) => JsonSerializer.SerializeToNode(options, Options)!.AsObject();
}
