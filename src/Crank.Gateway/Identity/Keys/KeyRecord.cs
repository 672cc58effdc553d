using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Storage;

namespace Crank.Gateway.Identity.Keys;

/// <summary>What is kept of an API key: the body of its record, whose id is the key's. The secret is not in it.</summary>
/// <param name="Principal">Who acts with it.</param>
/// <param name="Hash">HMAC-SHA-256 of its secret, see <see cref="Crank.Trust.ApiKeys.ApiKey.Hash"/>.</param>
/// <param name="Scopes">What it narrows the principal's roles to.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">From when it is refused.</param>
/// <param name="Name">For people; null for none.</param>
/// <param name="RevokedAt">When it was revoked; null when it was not.</param>
/// <param name="ReplacedBy">The key that a rotation put in its place; null for none.</param>
/// <param name="Budget">What it may spend; null for all that its tenant may.</param>
/// <param name="Purse">What it spends from: its own id, or that of the key whose budget it shares; null without a budget.</param>
internal sealed record KeyRecord(
    PrincipalId Principal,
    byte[] Hash,
    ImmutableArray<string> Scopes,
    DateTimeOffset CreatedAt,
    PrincipalId CreatedBy,
    DateTimeOffset ExpiresAt,
    string? Name = null,
    DateTimeOffset? RevokedAt = null,
    SortableId? ReplacedBy = null,
    KeyBudget? Budget = null,
    string? Purse = null)
{
    /// <summary>The kind of these records.</summary>
    public const string Kind = "api-key";

    /// <summary>How long a key that ended stays in lists.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <summary>The row of a key.</summary>
    public RecordRow ToRow(TenantId tenant, SortableId id, long version) =>
        new(Kind, tenant, id.ToString(), JsonSerializer.SerializeToUtf8Bytes(this, KeyJson.Default.KeyRecord), ExpiresAt + Kept, version);
}
