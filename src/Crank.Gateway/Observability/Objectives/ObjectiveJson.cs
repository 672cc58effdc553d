using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>How objectives are stored and answered.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptHours))]
[JsonSerializable(typeof(ObjectiveList))]
internal sealed partial class ObjectiveJson : JsonSerializerContext;
