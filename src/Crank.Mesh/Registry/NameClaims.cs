using System.Text;
using Crank.Core;
using Crank.Mesh.Records;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Registry;

/// <summary>
/// Which principal a capability's name belongs to while nobody serves it: whoever registered it last, for 30 days, so that nobody takes a name over while its service
/// restarts. A name is free again at once when its principal is removed.
/// </summary>
internal sealed class NameClaims(RecordBook records, IStore store, TimeProvider clock)
{
    private const string Kind = "capability-name";
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);

    /// <summary>Takes a name for a principal, or keeps it for it.</summary>
    /// <returns>False when it is another's.</returns>
    /// <exception cref="StoreException">It could not be read or written.</exception>
    public async Task<bool> TakeAsync(CapabilityName name, PrincipalId principal)
    {
        for (var round = 0; round < 3; round++)
        {
            var now = clock.GetUtcNow();
            var known = records.Find(Kind, TenantId.Owner, name.Value);
            if (known is { ExpiresAt: { } until } && until > now && Encoding.UTF8.GetString(known.Body) != Body(principal) && Lives(known.Body))
            {
                return false;
            }

            var row = new RecordRow(Kind, TenantId.Owner, name.Value, Encoding.UTF8.GetBytes(Body(principal)), now + s_kept, (known?.Version ?? 0) + 1);
            try
            {
                await records.PutAsync(row);
                return true;
            }
            catch (StoreConflictException)
            {
                // Another service took it at the same moment: look again whose it is.
            }
        }

        return false;
    }

    private static string Body(PrincipalId principal) => $$"""{"principal":"{{principal}}"}""";

    private bool Lives(byte[] body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return PrincipalId.TryParse(json.RootElement.GetProperty("principal").GetString(), null, out var principal)
            && (principal == PrincipalId.Owner || store.FindRecord(PrincipalRecord.Kind, TenantId.Owner, principal.Value) is not null);
    }
}
