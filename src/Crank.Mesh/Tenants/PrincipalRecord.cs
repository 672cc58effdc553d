using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Tenants;

/// <summary>What a mesh keeps of a principal: the body of its record. A principal without one is removed, and runs nothing.</summary>
/// <param name="Name">For people; null for none.</param>
/// <param name="Disabled">True: nothing of it runs.</param>
/// <param name="Roles">What it may be at most, see <see cref="Tenants.Roles"/>; null when its identity alone says.</param>
public sealed record PrincipalRecord(string? Name = null, bool Disabled = false, ImmutableArray<string>? Roles = null)
{
    /// <summary>Of a service (role <see cref="Tenants.Roles.Worker"/>): the capabilities that it may call, as patterns such as <c>doc.convert@1</c>; null or empty for none.</summary>
    public ImmutableArray<string>? Calls { get; init; }

    /// <summary>The kind of these records; their id is the principal's own.</summary>
    public const string Kind = "principal";

    /// <summary>The row of a principal.</summary>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="principal">The principal.</param>
    /// <param name="version">1 for a new row, else one more than what is stored.</param>
    public RecordRow ToRow(TenantId tenant, PrincipalId principal, long version) =>
        new(Kind, tenant, principal.Value, JsonSerializer.SerializeToUtf8Bytes(this, MeshJson.Default.PrincipalRecord), null, version);

    /// <summary>What is stored of a principal; null when nothing is. Members that this version does not know are left alone.</summary>
    /// <exception cref="JsonException">The body is not that of a principal.</exception>
    public static PrincipalRecord? Find(IStore store, TenantId tenant, PrincipalId principal) =>
        store.FindRecord(Kind, tenant, principal.Value) is { } row ? Read(row) : null;

    /// <summary>What a row of this kind says; null when it says nothing. Members that this version does not know are left alone.</summary>
    /// <exception cref="JsonException">The body is not that of a principal.</exception>
    public static PrincipalRecord? Read(RecordRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return JsonSerializer.Deserialize(row.Body, MeshJson.Default.PrincipalRecord);
    }
}
