using System.Text.Json;
using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>A blob as JSON names it: <c>{"digest":"sha256:…","length":123,"name":"a.txt"}</c>; its bytes travel beside.</summary>
internal static class BlobReference
{
    private const int MaxName = 256;

    public static void Write(Utf8JsonWriter writer, Digest digest, long length, string? name)
    {
        writer.WriteStartObject();
        writer.WriteString("digest", digest.ToString());
        writer.WriteNumber("length", length);
        if (name is { Length: <= MaxName })
        {
            writer.WriteString("name", name);
        }

        writer.WriteEndObject();
    }

    /// <summary>The digest that a member of an output names; null when the member is not there or names none.</summary>
    public static Digest? Read(JsonElement output, string member) =>
        output.ValueKind == JsonValueKind.Object
        && output.TryGetProperty(member, out var blob)
        && blob.ValueKind == JsonValueKind.Object
        && blob.TryGetProperty("digest", out var text)
        && text.ValueKind == JsonValueKind.String
        && Digest.TryParse(text.GetString(), null, out var digest)
            ? digest
            : null;

    /// <summary>Every blob that an output names, with the length it gives; a reference without a length counts with −1.</summary>
    public static IReadOnlyDictionary<Digest, long> All(JsonElement output)
    {
        var found = new Dictionary<Digest, long>();
        Collect(output, found);
        return found;
    }

    private static void Collect(JsonElement element, Dictionary<Digest, long> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (element.TryGetProperty("digest", out var text) && text.ValueKind == JsonValueKind.String && Digest.TryParse(text.GetString(), null, out var digest))
                {
                    found[digest] = element.TryGetProperty("length", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var length) ? length : -1;
                }

                foreach (var member in element.EnumerateObject())
                {
                    Collect(member.Value, found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, found);
                }

                break;
        }
    }
}
