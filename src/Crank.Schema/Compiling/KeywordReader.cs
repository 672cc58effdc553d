using System.Runtime.InteropServices;
using System.Text.Json;
using Crank.Schema.Evaluating;
using Crank.Schema.Json;
using Crank.Schema.Patterns;

namespace Crank.Schema.Compiling;

/// <summary>Reads the keywords of one subschema, each in its shape.</summary>
internal sealed class KeywordReader(SchemaPlace place, SchemaOptions options, Func<SchemaPlace, SchemaNode> compile)
{
    private readonly Dictionary<string, JsonElement> _keywords = Members(place, "", place.Element);

    public IReadOnlyDictionary<string, JsonElement> Keywords => _keywords;

    public bool Has(string keyword) => _keywords.ContainsKey(keyword);

    public JsonElement? Any(string keyword) => _keywords.TryGetValue(keyword, out var value) ? value : null;

    public string? Text(string keyword) => Of(keyword, JsonValueKind.String, "a string") is { } value ? JsonText.Read(value) : null;

    public bool Flag(string keyword) => Any(keyword) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Wrong(keyword, "must be true or false"),
    };

    public JsonNumber? Number(string keyword) => Of(keyword, JsonValueKind.Number, "a number") is { } value ? Parse(keyword, value) : null;

    public long Count(string keyword, long otherwise) => Of(keyword, JsonValueKind.Number, "a non-negative integer") is { } value
        ? Parse(keyword, value).AsCount() ?? throw Wrong(keyword, $"must be a non-negative integer, but is {value.GetRawText()}")
        : otherwise;

    public SchemaPattern? Pattern(string keyword) => Text(keyword) is { } source ? Pattern(keyword, source) : null;

    public SchemaNode? Schema(string keyword) => Any(keyword) is { } value ? compile(Below(keyword, value)) : null;

    public SchemaNode[]? Schemas(string keyword)
    {
        if (Of(keyword, JsonValueKind.Array, "an array of schemas") is not { } list)
        {
            return null;
        }

        var schemas = list.EnumerateArray().Select((item, index) => compile(Below($"{keyword}/{index}", item))).ToArray();
        return schemas.Length > 0 ? schemas : throw Wrong(keyword, "must hold at least one schema");
    }

    public IReadOnlyList<(string Name, SchemaNode Schema)> SchemaMap(string keyword) =>
        [.. Map(keyword).Select(m => (m.Key, compile(Below($"{keyword}/{JsonPointer.Escape(m.Key)}", m.Value))))];

    public IReadOnlyList<(SchemaPattern Pattern, SchemaNode Schema)> PatternMap(string keyword) =>
        [.. SchemaMap(keyword).Select(m => (Pattern(keyword, m.Name), m.Schema))];

    public IReadOnlyList<string> Names(string keyword) => Any(keyword) is { } value ? Names(keyword, value) : [];

    public IReadOnlyList<(string Name, IReadOnlyList<string> Names)> NameMap(string keyword) =>
        [.. Map(keyword).Select(m => (m.Key, Names(keyword, m.Value)))];

    public JsonTypes Types()
    {
        if (Any("type") is not { } value)
        {
            return JsonTypes.None;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return Type(value);
        }

        var types = JsonTypes.None;
        foreach (var item in value.EnumerateArray())
        {
            var type = Type(item);
            types = (types & type) == JsonTypes.None ? types | type : throw Wrong("type", $"names {item.GetRawText()} twice");
        }

        return types != JsonTypes.None ? types : throw Wrong("type", "must name at least one type");
    }

    public SchemaException Wrong(string keyword, string reason) => place.Wrong(keyword, reason);

    private JsonTypes Type(JsonElement value)
    {
        var name = value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : throw Wrong("type", "must be the name of a type, or an array of them");
        foreach (var (known, type) in JsonTypeNames.All)
        {
            if (known == name)
            {
                return type;
            }
        }

        var nearest = NearestName.Find(name, JsonTypeNames.All.Select(t => t.Name));
        throw Wrong("type", $"'{name}' is not a type{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
    }

    private JsonNumber Parse(string keyword, JsonElement value)
    {
        try
        {
            return JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(value));
        }
        catch (SchemaLimitException limit)
        {
            throw Wrong(keyword, limit.Message);
        }
    }

    private SchemaPattern Pattern(string keyword, string source)
    {
        try
        {
            return SchemaPattern.Compile(source, options);
        }
        catch (FormatException refused)
        {
            throw Wrong(keyword, refused.Message);
        }
    }

    private List<string> Names(string keyword, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.String))
        {
            throw Wrong(keyword, "must be an array of names");
        }

        var names = list.EnumerateArray().Select(JsonText.Read).ToList();
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count ? names : throw Wrong(keyword, "names the same member twice");
    }

    private Dictionary<string, JsonElement> Map(string keyword) =>
        Of(keyword, JsonValueKind.Object, "an object") is { } map ? Members(place, keyword, map) : [];

    private static Dictionary<string, JsonElement> Members(SchemaPlace place, string keyword, JsonElement value)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonText.ReadName(member);
            if (!members.TryAdd(name, member.Value))
            {
                throw place.Wrong(keyword.Length == 0 ? name : keyword, $"'{name}' is written twice");
            }
        }

        return members;
    }

    private JsonElement? Of(string keyword, JsonValueKind kind, string what)
    {
        if (Any(keyword) is not { } value)
        {
            return null;
        }

        return value.ValueKind == kind ? value : throw Wrong(keyword, $"must be {what}, but is {Found.Describe(value)}");
    }

    private SchemaPlace Below(string pointer, JsonElement element) => place with { Pointer = $"{place.Pointer}/{pointer}", Element = element };
}
