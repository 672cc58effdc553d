using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Path;

/// <summary>A request to run one capability, as every ingress builds it. Nothing in it is trusted before Admit.</summary>
/// <param name="Tenant">Who pays; from the authenticated identity and nothing else.</param>
/// <param name="Principal">Who acts; from the authenticated identity and nothing else.</param>
/// <param name="Capability">What is asked.</param>
/// <param name="Version">The version asked for; null for the newest.</param>
/// <param name="Input">The input as UTF-8 JSON, without its blobs.</param>
/// <param name="Blobs">The blobs of the input, by the member that holds them.</param>
/// <param name="Terms">What is asked of the job beyond its input.</param>
/// <param name="Key">Idempotency key, 1 to 200 characters; null for none.</param>
/// <param name="Parent">The job it belongs to; null for none.</param>
/// <param name="TraceParent">W3C Trace Context <c>traceparent</c>; null for none.</param>
/// <param name="Roles">What the authenticated identity says that the principal may be; from it and nothing else. The owner of the data folder needs none.</param>
/// <param name="Purse">What the authenticated credential may spend; from it and nothing else. Null for all that the tenant may.</param>
public sealed record JobRequest(
    TenantId Tenant,
    PrincipalId Principal,
    CapabilityName Capability,
    SemanticVersion? Version,
    ReadOnlyMemory<byte> Input,
    ImmutableDictionary<string, BlobSource> Blobs,
    Terms Terms,
    string? Key = null,
    JobId? Parent = null,
    string? TraceParent = null,
    ImmutableArray<string> Roles = default,
    Purse? Purse = null);
