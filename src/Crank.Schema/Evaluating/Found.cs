using System.Text.Json;
using Crank.Schema.Json;

namespace Crank.Schema.Evaluating;

/// <summary>Shows values in messages, cut to a length that a person reads.</summary>
internal static class Found
{
    private const int MaxShown = 60;
    private const int MaxListed = 12;

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.Number => $"the number {Show(value)}",
        JsonValueKind.String => $"the string {Show(value)}",
        _ => $"the boolean {Show(value)}",
    };

    public static string Show(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? $"\"{JsonText.Read(value)}\"" : value.GetRawText();
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }

    public static string NotAmong(JsonElement[] choices, JsonElement value)
    {
        var listed = string.Join(", ", choices.Take(MaxListed).Select(Show)) + (choices.Length > MaxListed ? ", …" : "");
        var message = $"must be one of {listed}, but is {Describe(value)}";
        if (value.ValueKind != JsonValueKind.String)
        {
            return message;
        }

        var nearest = NearestName.Find(JsonText.Read(value), choices.Where(c => c.ValueKind == JsonValueKind.String).Select(JsonText.Read));
        return nearest is null ? message : $"{message}; did you mean \"{nearest}\"?";
    }

    public static string Unknown(string name, IReadOnlyList<string> known)
    {
        var shown = name.Length <= MaxShown ? name : string.Concat(name.AsSpan(0, MaxShown), "…");
        if (NearestName.Find(name, known) is { } nearest)
        {
            return $"'{shown}' is not known here; did you mean '{nearest}'?";
        }

        return known.Count == 0
            ? $"'{shown}' is not known here; no name is"
            : $"'{shown}' is not known here; known are {string.Join(", ", known.Take(MaxListed))}{(known.Count > MaxListed ? ", …" : "")}";
    }
}
