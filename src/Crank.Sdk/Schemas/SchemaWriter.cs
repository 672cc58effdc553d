using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Crank.Sdk.Schemas;

/// <summary>
/// Makes a JSON Schema 2020-12 from a type, by what its serializer really reads and writes. Objects are closed; every object type
/// but the root stands once in <c>$defs</c>, so that types may refer to each other and to themselves.
/// </summary>
internal sealed class SchemaWriter
{
    private readonly JsonSerializerOptions _json;
    private readonly SchemaSide _side;
    private readonly Dictionary<Type, string> _names = [];
    private readonly JsonObject _definitions = [];
    private readonly Type _root;

    private SchemaWriter(Type root, JsonSerializerOptions json, SchemaSide side)
    {
        _root = root;
        _json = json;
        _side = side;
    }

    /// <exception cref="NotSupportedException">A type has no schema; the message names it and the place.</exception>
    public static WrittenSchema Write(Type root, JsonSerializerOptions json, SchemaSide side)
    {
        var writer = new SchemaWriter(root, json, side);
        var schema = new JsonObject { ["$schema"] = Schema.SchemaKeywords.Dialect };
        var body = root == typeof(Blob) ? writer.Reference(root) : writer.Shape(root, root.Name);
        if (DocComments.Summary(root) is { } summary) schema["description"] = summary;
        foreach (var (keyword, value) in body.ToArray())
        {
            body.Remove(keyword);
            schema[keyword] = value;
        }

        if (writer._definitions.Count > 0) schema["$defs"] = writer._definitions;
        return new WrittenSchema(JsonSerializer.SerializeToElement(schema), writer.OnlyBlobOf(root));
    }

    private string? OnlyBlobOf(Type root)
    {
        var info = _json.GetTypeInfo(root);
        if (info.Kind != JsonTypeInfoKind.Object) return null;
        var blobs = info.Properties.Where(p => p.PropertyType == typeof(Blob)).Take(2).ToArray();
        return blobs.Length == 1 ? blobs[0].Name : null;
    }

    private JsonObject Of(Type type, string place)
    {
        if (Nullable.GetUnderlyingType(type) is { } bare) return OrNull(Of(bare, place));
        if (type == _root && _json.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object && !ScalarSchemas.Knows(type)) return new JsonObject { ["$ref"] = "#" };
        return type == typeof(Blob) || (_json.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object && !ScalarSchemas.Knows(type))
            ? Reference(type)
            : Shape(type, place);
    }

    private JsonObject Reference(Type type)
    {
        if (!_names.TryGetValue(type, out var name))
        {
            name = JsonNamingPolicy.CamelCase.ConvertName(type.Name.Split('`')[0]);
            while (_definitions.ContainsKey(name)) name += "2";
            _names.Add(type, name);
            _definitions[name] = null;
            var shape = type == typeof(Blob) ? BlobJson.Schema() : Shape(type, type.Name);
            if (DocComments.Summary(type) is { } summary) shape["description"] = summary;
            _definitions[name] = shape;
        }

        return new JsonObject { ["$ref"] = "#/$defs/" + name };
    }

    private JsonObject Shape(Type type, string place)
    {
        if (ScalarSchemas.TryWrite(type, _json) is { } scalar) return scalar;
        var info = _json.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => ObjectOf(info),
            JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = Of(info.ElementType!, place + "[]") },
            JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(info.ElementType!, place + "{}") },
            _ => throw new NotSupportedException($"{place} is of type {type.Name}, for which there is no schema; use text, numbers, enums, records, lists, string dictionaries or Blob."),
        };
    }

    private JsonObject ObjectOf(JsonTypeInfo info)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in info.Properties)
        {
            if (property is { Get: null, Set: null, AssociatedParameter: null } || property.IsExtensionData) continue;
            properties[property.Name] = Member(info.Type, property);
            if (IsRequired(property)) required.Add(property.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) schema["required"] = required;
        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject Member(Type owner, JsonPropertyInfo property)
    {
        var attributes = Attributes(property);
        var clrName = (property.AttributeProvider as MemberInfo)?.Name ?? property.Name;
        var schema = Of(property.PropertyType, $"{owner.Name}.{clrName}");
        AttributeKeywords.Apply(schema, property.PropertyType, attributes);
        if (IsNullable(property) && Nullable.GetUnderlyingType(property.PropertyType) is null) schema = OrNull(schema);
        if (attributes.OfType<DescriptionAttribute>().FirstOrDefault()?.Description is { } said) schema["description"] = said;
        else if (DocComments.Summary(owner, clrName) is { } summary) schema["description"] = summary;
        var fallback = attributes.OfType<DefaultValueAttribute>().FirstOrDefault()?.Value ?? (property.AssociatedParameter is { HasDefaultValue: true } parameter ? parameter.DefaultValue : null);
        if (fallback is not null) schema["default"] = JsonSerializer.SerializeToNode(fallback, _json.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        return schema;
    }

    private bool IsRequired(JsonPropertyInfo property) =>
        _side == SchemaSide.Output
            ? !IsNullable(property)
            : property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    private static bool IsNullable(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && (property.AssociatedParameter?.IsNullable ?? property.IsSetNullable) && (property.Get is null || property.IsGetNullable));

    private static Attribute[] Attributes(JsonPropertyInfo property) =>
    [
        .. property.AttributeProvider?.GetCustomAttributes(inherit: true).OfType<Attribute>() ?? [],
        .. property.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(inherit: true).OfType<Attribute>() ?? [],
    ];

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema.Count == 0) return schema;
        if (schema["type"] is JsonValue type && !schema.ContainsKey("enum"))
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            return schema;
        }

        return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }
}
