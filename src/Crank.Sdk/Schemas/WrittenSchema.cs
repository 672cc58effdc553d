using System.Text.Json;

namespace Crank.Sdk.Schemas;

/// <summary>A schema made from a type.</summary>
/// <param name="Schema">JSON Schema 2020-12.</param>
/// <param name="OnlyBlob">The one member of the root that holds a blob; null when there is none or several.</param>
internal sealed record WrittenSchema(JsonElement Schema, string? OnlyBlob);
