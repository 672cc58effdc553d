using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Authorize.Loading;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>A set that was put in force from the shadow: it stays in force over restarts until the configuration names another place than it did then.</summary>
/// <param name="Folder">The folder; null for a bundle.</param>
/// <param name="Bundle">The bundle; null for a folder.</param>
/// <param name="Instead">What the configuration named then, see <see cref="PolicySettings.Origin"/>.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When.</param>
internal sealed record EnforcedPolicies(string? Folder, string? Bundle, string Instead, PrincipalId By, DateTimeOffset At)
{
    public const string Kind = "policy-enforced";

    public RecordRow ToRow(long version) => new(Kind, TenantId.Owner, "mesh", JsonSerializer.SerializeToUtf8Bytes(this, MeshJson.Default.EnforcedPolicies), null, version);

    public static EnforcedPolicies? Of(RecordRow? row)
    {
        try
        {
            return row is null ? null : JsonSerializer.Deserialize(row.Body, MeshJson.Default.EnforcedPolicies);
        }
        catch (JsonException)
        {
            // What the configuration names holds.
            return null;
        }
    }
}
