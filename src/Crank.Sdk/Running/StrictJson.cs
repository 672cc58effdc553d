using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Crank.Sdk.Running;

/// <summary>How inputs are read and outputs written: camelCase, enums as words, unknown and repeated members refused, absent for null.</summary>
internal static class StrictJson
{
    public const int MaxDepth = 64;

    public static JsonSerializerOptions Options(IJsonTypeInfoResolver? types)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            MaxDepth = MaxDepth,
            TypeInfoResolver = types is null ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine(types, new DefaultJsonTypeInfoResolver()),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.MakeReadOnly();
        return options;
    }
}
