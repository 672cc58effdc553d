using System.Text.Json.Serialization;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Serialization;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AskedTerms))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Plan))]
internal sealed partial class MeshJson : JsonSerializerContext;
