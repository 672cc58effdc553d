using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Crank.Core;
using Crank.Schema;

namespace Crank.Mesh.Catalogue;

/// <summary>Makes the JSON input of a capability from parameters that are texts, typed by its schema: a command line's, a query's or a form's.</summary>
public static class ParameterInput
{
    /// <summary>Writes parameters that stand beside a JSON input or a file.</summary>
    /// <param name="capability">Whose schema says the types and the names.</param>
    /// <param name="json">A JSON object given as input; empty for none.</param>
    /// <param name="parameters">Names and values.</param>
    /// <exception cref="ParameterException">A parameter is not known, stands twice or does not fit its type.</exception>
    /// <exception cref="JsonException">The input is not a JSON object.</exception>
    public static ReadOnlyMemory<byte> Write(Capability capability, ReadOnlyMemory<byte> json, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(capability);
        ArgumentNullException.ThrowIfNull(parameters);
        if (json.IsEmpty && parameters.Count == 0)
        {
            return "{}"u8.ToArray();
        }

        if (parameters.Count == 0)
        {
            return json;
        }

        var properties = capability.Input.TryGetProperty("properties", out var declared) ? declared : default;
        var names = properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(p => p.Name).Where(n => n != capability.BlobInput).ToList()
            : [];
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            if (!json.IsEmpty)
            {
                WriteGiven(json, writer, seen);
            }

            foreach (var (name, value) in parameters)
            {
                if (!names.Contains(name))
                {
                    throw new ParameterException(
                        name,
                        $"{capability.Id.Name} has no parameter '{name}'.",
                        NearestName.Find(name, names) is { } nearest
                            ? $"Did you mean '{nearest}'?"
                            : names.Count == 0 ? "It takes none." : $"It takes: {string.Join(", ", names)}.",
                        isName: true);
                }

                if (!seen.Add(name))
                {
                    throw new ParameterException(name, $"The parameter '{name}' is given twice.", "Give it once.", isName: true);
                }

                writer.WritePropertyName(name);
                WriteValue(writer, name, value, TypesOf(capability.Input, properties.GetProperty(name)));
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteGiven(ReadOnlyMemory<byte> json, Utf8JsonWriter writer, HashSet<string> seen)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("Parameters can be added to a JSON object only; the input is something else.");
        }

        foreach (var member in document.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
            seen.Add(member.Name);
        }
    }

    /// <summary>The types that a property's schema names, through one reference and one level of alternatives; empty when it names none.</summary>
    private static HashSet<string> TypesOf(JsonElement root, JsonElement schema)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        Collect(schema, 0);
        return types;

        void Collect(JsonElement at, int depth)
        {
            if (depth > 4 || at.ValueKind != JsonValueKind.Object)
            {
                return;
            }

            if (at.TryGetProperty("$ref", out var reference) && reference.GetString() is { } text && text.StartsWith("#/$defs/", StringComparison.Ordinal)
                && root.TryGetProperty("$defs", out var definitions) && definitions.TryGetProperty(text["#/$defs/".Length..], out var target))
            {
                Collect(target, depth + 1);
            }

            if (at.TryGetProperty("type", out var type))
            {
                types.UnionWith(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!]);
            }

            foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
            {
                if (at.TryGetProperty(keyword, out var alternatives))
                {
                    foreach (var alternative in alternatives.EnumerateArray())
                    {
                        Collect(alternative, depth + 1);
                    }
                }
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, string text, HashSet<string> types)
    {
        if (types.Contains("boolean") && bool.TryParse(text, out var flag))
        {
            writer.WriteBooleanValue(flag);
        }
        else if (types.Contains("null") && text == "null")
        {
            writer.WriteNullValue();
        }
        else if ((types.Contains("integer") || types.Contains("number")) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            writer.WriteNumberValue(number);
        }
        else if (types.Count == 0 || types.Contains("string"))
        {
            writer.WriteStringValue(text);
        }
        else if (types.Contains("array") || types.Contains("object"))
        {
            try
            {
                using var value = JsonDocument.Parse(text);
                value.RootElement.WriteTo(writer);
            }
            catch (JsonException e)
            {
                throw new ParameterException(name, $"The parameter '{name}' takes JSON: {e.Message}");
            }
        }
        else
        {
            throw new ParameterException(name, $"The parameter '{name}' takes {string.Join(" or ", types.Where(t => t != "null"))}; '{text}' is not that.");
        }
    }
}
