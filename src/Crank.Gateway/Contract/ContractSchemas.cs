using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crank.Gateway.Contract;

/// <summary>The schemas that operations share: one file each in <c>Contract/Schemas</c>, named for what it describes.</summary>
internal static class ContractSchemas
{
    private const string Prefix = "schemas/";

    /// <summary>What a reference to a shared schema starts with.</summary>
    public const string Pointer = "#/components/schemas/";

    /// <summary>Every shared schema, by name.</summary>
    public static ImmutableSortedDictionary<string, string> All { get; } = Read();

    /// <summary>The schema of a description: a reference for a name, itself for JSON.</summary>
    /// <exception cref="ContractException">No schema of that name.</exception>
    public static JsonNode Of(string schema)
    {
        if (schema.Length == 0)
        {
            return new JsonObject();
        }

        if (schema[0] == '{')
        {
            return JsonNode.Parse(schema)!;
        }

        return All.ContainsKey(schema)
            ? new JsonObject { ["$ref"] = Pointer + schema }
            : throw new ContractException($"There is no schema '{schema}': add Contract/Schemas/{schema}.json.");
    }

    private static ImmutableSortedDictionary<string, string> Read()
    {
        var assembly = typeof(ContractSchemas).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(
                name => name[Prefix.Length..],
                name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd();
                },
                StringComparer.Ordinal);
    }
}
