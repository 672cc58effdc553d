using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;

namespace Crank.Cli.Config;

/// <summary><c>crank config show|check|schema</c>: what is configured and where each value came from.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var show = new Command("show", "Shows every setting, its value and where it came from.");
        show.SetAction(GlobalOptions.Guarded((parsed, answer, _) =>
        {
            Show(answer, ConfigurationOptions.Resolve(parsed));
            return Task.FromResult(ExitCode.Done);
        }));
        var check = new Command("check", "Checks the whole configuration and says everything that is wrong at once.");
        check.SetAction(GlobalOptions.Guarded((parsed, answer, _) =>
        {
            var resolved = ConfigurationOptions.Resolve(parsed);
            Configuration.Of(resolved);
            GatewayBinding.Read(resolved.Values);
            answer.Write(() => new JsonObject { ["valid"] = true, ["file"] = resolved.File }, output => output.WriteLine(resolved.File is { } file ? $"{file} is valid." : "There is no file; environment and defaults are valid."));
            return Task.FromResult(ExitCode.Done);
        }));
        var schema = new Command("schema", "Prints the JSON Schema of crank.yaml.");
        schema.SetAction(GlobalOptions.Guarded((_, answer, _) =>
        {
            answer.Output.Write(ConfigurationSchema.Text);
            return Task.FromResult(ExitCode.Done);
        }));
        return new Command("config", "Shows and checks the configuration.") { show, check, schema };
    }

    private static void Show(Answer answer, ResolvedConfiguration resolved)
    {
        var mesh = Configuration.Of(resolved);
        var all = GatewayBinding.Show(GatewayBinding.Read(resolved.Values));
        all["mesh"] = new JsonObject
        {
            ["currency"] = mesh.Currency.ToString(),
            ["ownerLimit"] = new Core.Money(mesh.OwnerLimitMicros, mesh.Currency).ToString().Split(' ')[0],
            ["zone"] = mesh.Zone.ToString(),
            ["minIsolation"] = Invoke.Summary.Name(mesh.MinIsolation),
            ["split"] = mesh.Split.ToString(),
        };
        all["policy"] = PolicyBinding.Show(mesh.Policy);
        var rows = ConfigurationSchema.Settings.Select(s => (Setting: s, Value: Masked(ResolvedConfiguration.At(all, s.Pointer)?.DeepClone()), Origin: OriginOf(resolved, s.Pointer))).ToList();
        answer.Write(
            () => new JsonObject(rows.Select(r => KeyValuePair.Create(r.Setting.Path, (JsonNode?)new JsonObject
            {
                ["value"] = r.Value,
                ["from"] = r.Origin,
                ["variable"] = r.Setting.Variable,
                ["live"] = r.Setting.Live,
            }))),
            output => Table.Write(output, ["SETTING", "VALUE", "FROM"], [.. rows.Select(r => (IReadOnlyList<string>)[r.Setting.Path, Answer.Plain(r.Value?.ToJsonString().Trim('"') ?? "none"), r.Origin])]));
    }

    private static string OriginOf(ResolvedConfiguration resolved, string pointer) =>
        resolved.Origins.TryGetValue(pointer, out var origin) ? origin.Place : "default";

    /// <summary>A value without what opens other doors: the values of header fields.</summary>
    private static JsonNode? Masked(JsonNode? node)
    {
        if ((node as JsonObject)?["headers"] is JsonObject headers)
        {
            foreach (var name in headers.Select(h => h.Key).ToList())
            {
                headers[name] = "(not shown)";
            }
        }

        return node;
    }
}
