using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Gateway.Rest.Uploads;

/// <summary>What is kept of an upload besides its bytes.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="MediaType">What its owner says it is.</param>
/// <param name="Name">File name; null for none.</param>
/// <param name="Length">How many bytes it will have; null while nobody said.</param>
/// <param name="Expected">What its digest must be; null when nobody said.</param>
/// <param name="Done">The file that it became; null while it has not.</param>
internal sealed record UploadState(TenantId Tenant, string MediaType, string? Name, long? Length, Digest? Expected, Digest? Done);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadState))]
internal sealed partial class UploadJson : JsonSerializerContext;
