namespace Crank.Gateway.Contract;

/// <summary>A body in one media type.</summary>
/// <param name="MediaType">E.g. <c>application/json</c>.</param>
/// <param name="Schema">The name of a file in <c>Contract/Schemas</c>, or a JSON Schema 2020-12 that starts with a brace; empty for bytes of any kind.</param>
/// <param name="Example">A body that works, as JSON; null for none.</param>
internal sealed record Content(string MediaType, string Schema, string? Example = null)
{
    public static Content Json(string schema, string? example = null) => new("application/json", schema, example);

    public static Content Bytes(string mediaType = "application/octet-stream") => new(mediaType, "");

    public static Content Text(string example) => new("text/plain", """{"type":"string"}""", System.Text.Json.JsonSerializer.Serialize(example, ContractJson.Default.String));
}
