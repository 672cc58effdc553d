using System.Collections.Immutable;
using System.Text.Json;

namespace Crank.Gateway.AuthZen;

/// <summary>A subject, an action or a resource, with the names that it must have.</summary>
internal sealed class AuthZenEntity
{
    private readonly JsonElement _written;
    private readonly ImmutableArray<(string Name, string Value)> _names;

    private AuthZenEntity(JsonElement written, ImmutableArray<(string Name, string Value)> names) => (_written, _names) = (written, names);

    /// <summary>Reads one. What a question says of an entity replaces what the batch says of it, except for a name that only the batch says.</summary>
    /// <param name="entity">Which.</param>
    /// <param name="names">The members that it must have, as texts that are not empty.</param>
    /// <param name="own">What the question says.</param>
    /// <param name="standard">What the batch says; null for nothing.</param>
    /// <param name="fault">What is wrong; empty when nothing is.</param>
    public static AuthZenEntity? Read(string entity, string[] names, JsonElement own, JsonElement? standard, out string fault)
    {
        var general = standard is { } s && s.TryGetProperty(entity, out var given) ? given : (JsonElement?)null;
        var written = own.TryGetProperty(entity, out var mine) ? mine : general;
        if (written is not { ValueKind: JsonValueKind.Object } value)
        {
            fault = written is null ? $"'{entity}' is missing." : $"'{entity}' is an object.";
            return null;
        }

        var found = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var name in names)
        {
            if ((TextOf(value, name) ?? (general is { ValueKind: JsonValueKind.Object } g && !value.TryGetProperty(name, out _) ? TextOf(g, name) : null)) is not { } text)
            {
                fault = $"'{entity}.{name}' is a text that is not empty.";
                return null;
            }

            found.Add((name, text));
        }

        fault = value.TryGetProperty("properties", out var properties) && properties.ValueKind != JsonValueKind.Object ? $"'{entity}.properties' is an object." : "";
        return fault.Length == 0 ? new(value, found.ToImmutable()) : null;
    }

    public void Write(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        foreach (var (member, value) in _names)
        {
            json.WriteString(member, value);
        }

        foreach (var member in _written.EnumerateObject().Where(m => !_names.Any(n => n.Name == m.Name)))
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static string? TextOf(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
