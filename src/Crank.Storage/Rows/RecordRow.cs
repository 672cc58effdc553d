using Crank.Core;

namespace Crank.Storage;

/// <summary>A small thing that a mesh keeps besides jobs and money: a key, a principal, a webhook, a cursor. Storage does not read its body.</summary>
/// <param name="Kind">What kind of thing, e.g. <c>key</c>; 1 to 64 characters of <c>a-z 0-9 - .</c></param>
/// <param name="Tenant">Whose it is; the owner's when it belongs to the mesh.</param>
/// <param name="Id">Names it within its kind and tenant, 1 to 255 characters.</param>
/// <param name="Body">What it says, as UTF-8 JSON; at most <see cref="MaxBodyBytes"/>.</param>
/// <param name="ExpiresAt">From when it may be removed; null for never.</param>
/// <param name="Version">1 for a new row, else one more than what is stored.</param>
public sealed record RecordRow(string Kind, TenantId Tenant, string Id, byte[] Body, DateTimeOffset? ExpiresAt, long Version)
{
    /// <summary>How many bytes a body has at most: 64 KiB.</summary>
    public const int MaxBodyBytes = 64 * 1024;
}
