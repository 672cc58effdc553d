using System.Text.Json;

namespace Crank.Gateway.AuthZen;

/// <summary>One question: who wants to do what with which thing, and around it (AuthZEN 1.0, section "Information Model").</summary>
/// <param name="Subject">With <c>type</c> and <c>id</c>.</param>
/// <param name="Action">With <c>name</c>.</param>
/// <param name="Resource">With <c>type</c> and <c>id</c>.</param>
/// <param name="Context">An object; null when there is none.</param>
internal sealed record AuthZenQuestion(AuthZenEntity Subject, AuthZenEntity Action, AuthZenEntity Resource, JsonElement? Context)
{
    private static readonly string[] s_named = ["name"];
    private static readonly string[] s_identified = ["type", "id"];

    /// <summary>Reads a question.</summary>
    /// <param name="own">What it says itself.</param>
    /// <param name="standard">Where what it does not say is taken from; null for nowhere.</param>
    /// <param name="fault">What is wrong; empty when nothing is.</param>
    public static AuthZenQuestion? Read(JsonElement own, JsonElement? standard, out string fault)
    {
        var question = AuthZenEntity.Read("subject", s_identified, own, standard, out fault) is not { } subject ? null
            : AuthZenEntity.Read("action", s_named, own, standard, out fault) is not { } action ? null
            : AuthZenEntity.Read("resource", s_identified, own, standard, out fault) is not { } resource ? null
            : new AuthZenQuestion(subject, action, resource, Member(own, "context") ?? (standard is { } s ? Member(s, "context") : null));
        if (question?.Context is { ValueKind: not JsonValueKind.Object })
        {
            fault = "'context' is an object.";
            return null;
        }

        return question;
    }

    /// <summary>The input of the policy.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="tenant">The tenant that asks.</param>
    /// <param name="principal">Who asks.</param>
    public void Write(Utf8JsonWriter json, string tenant, string principal)
    {
        json.WriteStartObject();
        json.WriteString("version", "crank.authzen.input/1");
        Subject.Write(json, "subject");
        Action.Write(json, "action");
        Resource.Write(json, "resource");
        json.WritePropertyName("context");
        if (Context is { } context)
        {
            context.WriteTo(json);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteStartObject("caller");
        json.WriteString("tenant", tenant);
        json.WriteString("principal", principal);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static JsonElement? Member(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value : null;
}
