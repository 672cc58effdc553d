using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Tenants;

/// <summary>What a mesh keeps of a tenant: the body of its record.</summary>
/// <param name="Name">For people; null for none.</param>
/// <param name="Disabled">True: nothing of it runs.</param>
/// <param name="LimitMicros">How far its available money may fall, ≤ 0, in millionths of the mesh's currency; null for <see cref="ControllerSettings.TenantLimitMicros"/>.</param>
/// <param name="Weight">Its share of the queue against other tenants, 1 to 1000; null for 1.</param>
public sealed record TenantRecord(string? Name = null, bool Disabled = false, long? LimitMicros = null, int? Weight = null)
{
    /// <summary>What policies know of the tenant beyond its id, e.g. <c>country: de</c>; null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>The kind of these records; their id is the tenant's own.</summary>
    public const string Kind = "tenant";

    /// <summary>The row of a tenant.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="version">1 for a new row, else one more than what is stored.</param>
    public RecordRow ToRow(TenantId tenant, long version) => new(Kind, tenant, tenant.Value, JsonSerializer.SerializeToUtf8Bytes(this, MeshJson.Default.TenantRecord), null, version);

    /// <summary>What is stored of a tenant; null when nothing is. Members that this version does not know are left alone.</summary>
    /// <exception cref="JsonException">The body is not that of a tenant.</exception>
    public static TenantRecord? Find(IStore store, TenantId tenant) =>
        store.FindRecord(Kind, tenant, tenant.Value) is { } row ? Read(row) : null;

    /// <summary>What a row of this kind says; null when it says nothing. Members that this version does not know are left alone.</summary>
    /// <exception cref="JsonException">The body is not that of a tenant.</exception>
    public static TenantRecord? Read(RecordRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return JsonSerializer.Deserialize(row.Body, MeshJson.Default.TenantRecord);
    }
}
