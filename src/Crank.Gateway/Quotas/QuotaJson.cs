using System.Text.Json.Serialization;

namespace Crank.Gateway.Quotas;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QuotaRecord))]
internal sealed partial class QuotaJson : JsonSerializerContext;
