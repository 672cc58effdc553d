using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Govern;

/// <summary>Who asks for something that is no job.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Principal">Who it is.</param>
/// <param name="Roles">What it is within the tenant.</param>
/// <param name="Source">How it proved that, e.g. <c>api-key</c>.</param>
public sealed record GateCaller(TenantId Tenant, PrincipalId Principal, ImmutableArray<string> Roles, string Source);
