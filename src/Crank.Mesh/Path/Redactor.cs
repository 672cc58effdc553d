using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Crank.Mesh.Path;

/// <summary>Takes members and elements out of a JSON document. Pointers are read against the document as it is, so that none moves another's target.</summary>
internal static class Redactor
{
    /// <summary>The document without what the pointers name; what is not there is not missed.</summary>
    /// <param name="root">The document.</param>
    /// <param name="pointers">JSON Pointers below the root.</param>
    /// <exception cref="FormatException">A text is no JSON Pointer, or names the whole document.</exception>
    public static ReadOnlyMemory<byte> Without(JsonElement root, IEnumerable<string> pointers)
    {
        var parsed = pointers.Select(text => JsonPointer.TryParse(text, out var pointer) && pointer.Parts.Length > 0
            ? pointer
            : throw new FormatException($"'{text}' is not a JSON Pointer to a part of a document.")).ToList();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, root, parsed, 0);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, List<JsonPointer> pointers, int depth)
    {
        if (pointers.Count == 0)
        {
            element.WriteTo(writer);
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    if (Below(pointers, depth, member.Name) is { } below)
                    {
                        writer.WritePropertyName(member.Name);
                        Write(writer, member.Value, below, depth + 1);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    if (Below(pointers, depth, index.ToString(CultureInfo.InvariantCulture)) is { } below)
                    {
                        Write(writer, item, below, depth + 1);
                    }

                    index++;
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>The pointers that go on below a part; null when one of them ends with it.</summary>
    private static List<JsonPointer>? Below(List<JsonPointer> pointers, int depth, string part)
    {
        var below = new List<JsonPointer>();
        foreach (var pointer in pointers)
        {
            if (pointer.Parts[depth] == part)
            {
                if (pointer.Parts.Length == depth + 1)
                {
                    return null;
                }

                below.Add(pointer);
            }
        }

        return below;
    }
}
