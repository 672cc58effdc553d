using System.Text.Json;
using Crank.Core;
using Crank.Storage;

namespace Crank.Gateway.Quotas;

/// <summary>A plan of a tenant's own, and how much of the day is used: the bodies of two kinds of record.</summary>
/// <param name="Plan">The plan; null in a record of use.</param>
/// <param name="Used">Units of the day's bucket, as a decimal number; null in a record of a plan.</param>
/// <param name="At">When that was so.</param>
internal sealed record QuotaRecord(QuotaPlan? Plan = null, string? Used = null, DateTimeOffset? At = null)
{
    /// <summary>Plans; their id is <c>tenant</c>.</summary>
    public const string PlanKind = "quota-plan";

    /// <summary>Use of the day; their id is <c>tenant</c> or a key's.</summary>
    public const string UseKind = "quota-use";

    public RecordRow ToRow(string kind, TenantId tenant, string id, DateTimeOffset? expires, long version) =>
        new(kind, tenant, id, JsonSerializer.SerializeToUtf8Bytes(this, QuotaJson.Default.QuotaRecord), expires, version);

    public static QuotaRecord? Read(RecordRow? row) => row is null ? null : JsonSerializer.Deserialize(row.Body, QuotaJson.Default.QuotaRecord);
}
