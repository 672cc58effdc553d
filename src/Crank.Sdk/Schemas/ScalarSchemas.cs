using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Sdk.Schemas;

/// <summary>Schemas of types that are one JSON value: text, numbers, truth, enums, times, and any JSON at all.</summary>
internal static class ScalarSchemas
{
    private static readonly Dictionary<Type, Func<JsonObject>> Known = new()
    {
        [typeof(string)] = () => Text(),
        [typeof(bool)] = () => new JsonObject { ["type"] = "boolean" },
        [typeof(byte)] = () => Integer(byte.MinValue, byte.MaxValue),
        [typeof(sbyte)] = () => Integer(sbyte.MinValue, sbyte.MaxValue),
        [typeof(short)] = () => Integer(short.MinValue, short.MaxValue),
        [typeof(ushort)] = () => Integer(ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = () => Integer(int.MinValue, int.MaxValue),
        [typeof(uint)] = () => Integer(uint.MinValue, uint.MaxValue),
        [typeof(long)] = () => Integer(long.MinValue, long.MaxValue),
        [typeof(float)] = () => new JsonObject { ["type"] = "number" },
        [typeof(double)] = () => new JsonObject { ["type"] = "number" },
        [typeof(decimal)] = () => new JsonObject { ["type"] = "number" },
        [typeof(DateTimeOffset)] = () => Text("date-time"),
        [typeof(DateOnly)] = () => Text("date"),
        [typeof(Guid)] = () => Text("uuid"),
        [typeof(Uri)] = () => Text("uri-reference"),
        [typeof(byte[])] = () => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        [typeof(ByteCount)] = () => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
        [typeof(JsonElement)] = () => [],
        [typeof(JsonNode)] = () => [],
        [typeof(object)] = () => [],
    };

    public static bool Knows(Type type) => Known.ContainsKey(type) || type.IsEnum || IsBareText(type);

    public static JsonObject? TryWrite(Type type, JsonSerializerOptions json) =>
        Known.TryGetValue(type, out var make) ? make()
        : type.IsEnum ? EnumOf(type, json)
        : IsBareText(type) ? Text()
        : null;

    private static JsonObject Text(string? format = null)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (format is not null) schema["format"] = format;
        return schema;
    }

    private static JsonObject Integer(long min, long max) => new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };

    private static JsonObject EnumOf(Type type, JsonSerializerOptions json) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, json.GetTypeInfo(type)))]),
    };

    /// <summary>The words of Crank.Core, which print and parse as one string.</summary>
    private static bool IsBareText(Type type) =>
        type.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType is { IsGenericType: true } converter && converter.GetGenericTypeDefinition() == typeof(BareStringConverter<>);
}
