using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crank.Core;
using Crank.Mesh.Govern;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Mesh.Rollouts;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Serialization;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AskedTerms))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(StoredInputHeader))]
[JsonSerializable(typeof(ImmutableArray<PastAttempt>))]
[JsonSerializable(typeof(TenantRecord))]
[JsonSerializable(typeof(PrincipalRecord))]
[JsonSerializable(typeof(Capability[]))]
[JsonSerializable(typeof(Capability))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Lockdown))]
[JsonSerializable(typeof(PurseRecord))]
[JsonSerializable(typeof(Rollout))]
[JsonSerializable(typeof(Exemption))]
[JsonSerializable(typeof(EnforcedPolicies))]
internal sealed partial class MeshJson : JsonSerializerContext;
