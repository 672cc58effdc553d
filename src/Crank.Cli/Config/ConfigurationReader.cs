using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Schema;

namespace Crank.Cli.Config;

/// <summary>Puts a configuration together: the file, above it the environment, above both the options; everything wrong is said at once.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads and checks.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="sets">What options say, each <c>path=value</c>.</param>
    /// <exception cref="CliException">Something is wrong; the message has a line for each.</exception>
    public static ResolvedConfiguration Read(string? file, Func<string, string?> environment, IReadOnlyList<string> sets)
    {
        var wrong = new List<string>();
        var (values, lines) = file is null ? ([], new Dictionary<string, int>()) : ConfigurationFile.Read(file);
        var origins = lines.Where(l => l.Key.Length > 0).ToDictionary(l => l.Key, l => new Origin("file", $"{file}:{l.Value}"), StringComparer.Ordinal);
        foreach (var setting in ConfigurationSchema.Settings)
        {
            if (environment(setting.Variable) is { Length: > 0 } text)
            {
                Put(values, setting.Pointer, text);
                origins[setting.Pointer] = new("environment", setting.Variable);
            }
        }

        foreach (var set in sets)
        {
            var equals = set.IndexOf('=');
            var setting = equals < 1 ? null : ConfigurationSchema.Settings.FirstOrDefault(s => s.Path == set[..equals]);
            if (setting is null)
            {
                var name = equals < 1 ? set : set[..equals];
                wrong.Add(equals < 1
                    ? $"'{set}' is not a setting; write it as PATH=VALUE, e.g. mesh.zone=de."
                    : NearestName.Find(name, ConfigurationSchema.Settings.Select(s => s.Path)) is { } near ? $"There is no setting '{name}'; did you mean '{near}'?" : $"There is no setting '{name}'; see 'crank config show'.");
                continue;
            }

            Put(values, setting.Pointer, set[(equals + 1)..]);
            origins[setting.Pointer] = new("option", $"--set {setting.Path}");
        }

        if (values.Count == 0 && wrong.Count == 0)
        {
            return new(values, origins, file);
        }

        // What the schema finds is not said twice; what only the types know is said beside it.
        var errors = ConfigurationSchema.Check(values).Select(e => (Pointer: e.InstanceLocation, e.Message)).ToList();
        errors.AddRange(Configuration.Check(values).Where(c => !errors.Any(e => e.Pointer == c.Pointer)));
        wrong.AddRange(errors.Select(e => Say(e.Pointer, e.Message, origins)));

        return wrong.Count == 0
            ? new(values, origins, file)
            : throw new CliException(ExitCode.Usage, string.Join("\n       ", wrong), "Correct these, or leave them out; 'crank config schema' has what may stand there. Nothing was started.");
    }

    /// <summary>Sets a value from text: as JSON where it is JSON that is not a bare word, else as the text itself; a list also as words between commas.</summary>
    private static void Put(JsonObject values, string pointer, string text)
    {
        var names = pointer[1..].Split('/');
        var at = values;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject next)
            {
                at[name] = next = [];
            }

            at = next;
        }

        at[names[^1]] = Value(text, TypesOf(pointer));
    }

    private static JsonNode? Value(string text, HashSet<string> types)
    {
        if (types.Contains("array") && !text.TrimStart().StartsWith('['))
        {
            return new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode?)JsonValue.Create(t))]);
        }

        if (types.Contains("string") && types.Count == 1)
        {
            return JsonValue.Create(text);
        }

        try
        {
            return types.Count == 0 || types.Overlaps(["integer", "number", "boolean", "array", "object", "null"]) ? JsonNode.Parse(text) : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static HashSet<string> TypesOf(string pointer)
    {
        var at = JsonElement.Parse(ConfigurationSchema.Text);
        var root = at;
        foreach (var name in pointer[1..].Split('/'))
        {
            at = at.GetProperty("properties").GetProperty(name);
        }

        if (at.TryGetProperty("$ref", out var reference))
        {
            at = root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }

        return at.TryGetProperty("type", out var type)
            ? type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!]
            : at.TryGetProperty("enum", out _) ? ["string"] : [];
    }

    private static string Say(string at, string message, Dictionary<string, Origin> origins)
    {
        var name = at.Length == 0 ? "the configuration" : at[1..].Replace('/', '.');
        for (var pointer = at; pointer.Length > 0; pointer = pointer[..pointer.LastIndexOf('/')])
        {
            if (origins.TryGetValue(pointer, out var origin))
            {
                return $"{origin.Place}: {name}: {message}";
            }
        }

        return $"{name}: {message}";
    }
}
