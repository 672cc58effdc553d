using System.Text.Json.Nodes;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>Types from JSON schemas, as far as types can say them: kinds, properties, items, alternatives and references inside the schema.</summary>
internal sealed class SchemaTypes
{
    private const int MaxDepth = 64;
    private readonly JsonNode _root;
    private readonly HashSet<string> _open = [];
    private int _depth;

    private SchemaTypes(JsonNode root) => _root = root;

    /// <summary>The type that values valid against a schema have.</summary>
    /// <exception cref="FormatException">The schema refers to something that is not there, or contradicts itself.</exception>
    public static RegoType Of(JsonNode schema) => new SchemaTypes(schema).Read(schema);

    private RegoType Read(JsonNode? schema)
    {
        if (schema is not JsonObject obj)
            return RegoType.Anything;
        if (++_depth > MaxDepth)
            throw new FormatException($"the schema is nested more than {MaxDepth} levels deep");
        try
        {
            if (obj["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var pointer))
                return Referred(pointer);
            if (obj["anyOf"] is JsonArray any)
                return Alternatives(obj, any);
            if (obj["allOf"] is JsonArray all && all.Count > 0)
                return All(obj, all);
            return Plain(obj);
        }
        finally
        {
            _depth--;
        }
    }

    private RegoType Alternatives(JsonObject obj, JsonArray any)
    {
        RegoType? union = null;
        if (obj["type"] is not null && Plain(obj) is RegoType.Object { RestKey: null, Members.Length: > 0 } core)
            union = core;
        foreach (var alternative in any)
            union = TypeRules.Or(Read(alternative), union);
        return union ?? RegoType.Anything;
    }

    private RegoType All(JsonObject obj, JsonArray all)
    {
        var parts = all.Select(Read).ToList();
        if (obj["type"] is not null || obj["properties"] is not null)
            parts.Add(Plain(obj));
        var merged = parts[0];
        foreach (var part in parts.Skip(1))
        {
            merged = (merged, part) switch
            {
                (RegoType.Object a, RegoType.Object b) => Both(a, b),
                (RegoType.Any { Members.Length: 0 }, _) => part,
                (_, RegoType.Any { Members.Length: 0 }) => merged,
                _ when merged.Equals(part) => merged,
                _ => throw new FormatException($"unable to merge these schemas: type mismatch: {merged} and {part}"),
            };
        }
        return merged;
    }

    private static RegoType.Object Both(RegoType.Object a, RegoType.Object b)
    {
        var members = a.Members.ToDictionary(m => m.Key, m => m.Value);
        foreach (var (key, type) in b.Members)
            members[key] = type;
        var open = members.Count == 0;
        return new RegoType.Object([.. members], open ? RegoType.Anything : null, open ? RegoType.Anything : null);
    }

    private RegoType Plain(JsonObject obj)
    {
        var kinds = obj["type"] switch
        {
            JsonArray several => several.Select(kind => kind?.ToString() ?? "").ToList(),
            null => obj["properties"] is not null ? ["object"] : obj["items"] is not null ? ["array"] : new List<string>(),
            var one => [one.ToString()],
        };
        if (kinds.Contains("boolean"))
            return RegoType.Boolean;
        if (kinds.Contains("string"))
            return RegoType.String;
        if (kinds.Contains("integer") || kinds.Contains("number"))
            return RegoType.Number;
        if (kinds.Contains("object"))
        {
            if (obj["properties"] is not JsonObject { Count: > 0 } properties)
                return RegoType.AnyObject;
            return new RegoType.Object(
                [.. properties.Select(p => new KeyValuePair<ConstantKey, RegoType>(ConstantKey.String(p.Key), Read(p.Value)))], null, null);
        }
        if (!kinds.Contains("array"))
            return RegoType.Anything;
        return obj["items"] switch
        {
            JsonArray { Count: > 0 } items => new RegoType.Array([.. items.Select(Read)], null),
            JsonObject item => new RegoType.Array([], Read(item)),
            _ => RegoType.AnyArray,
        };
    }

    private RegoType Referred(string pointer)
    {
        if (!pointer.StartsWith('#'))
            throw new FormatException($"the schema refers to {pointer}, which lies outside of it: remote references are not followed");
        JsonNode? node = _root;
        foreach (var part in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node switch
            {
                JsonObject obj => obj[key],
                JsonArray array when int.TryParse(key, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
        }
        if (node is null)
            throw new FormatException($"the schema refers to {pointer}, which is not in it");
        if (!_open.Add(pointer))
            return RegoType.Anything;
        var type = Read(node);
        _open.Remove(pointer);
        return type;
    }
}
