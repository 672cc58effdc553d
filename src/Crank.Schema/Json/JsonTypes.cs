using System.Text.Json;

namespace Crank.Schema.Json;

/// <summary>The types that a schema may name, as a set; an integer is a number too.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Object = 4,
    Array = 8,
    Number = 16,
    String = 32,
    Integer = 64,
}

internal static class JsonTypeNames
{
    public static readonly (string Name, JsonTypes Type)[] All =
    [
        ("null", JsonTypes.Null), ("boolean", JsonTypes.Boolean), ("object", JsonTypes.Object), ("array", JsonTypes.Array),
        ("number", JsonTypes.Number), ("string", JsonTypes.String), ("integer", JsonTypes.Integer),
    ];

    public static string Describe(JsonTypes types) => string.Join(" or ", All.Where(t => types.HasFlag(t.Type)).Select(t => t.Name));

    public static JsonTypes Of(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.Number => JsonTypes.Number,
        JsonValueKind.String => JsonTypes.String,
        _ => JsonTypes.None,
    };
}
