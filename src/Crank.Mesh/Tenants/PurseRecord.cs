using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Tenants;

/// <summary>What was spent from a purse, with what is held for jobs that run: the body of its record, written in the commits that hold and settle.</summary>
/// <param name="Day">The newest day (UTC) that something was spent on.</param>
/// <param name="DayMicros">What was spent on that day, in millionths.</param>
/// <param name="TotalMicros">What was spent ever, in millionths.</param>
public sealed record PurseRecord(DateOnly Day, long DayMicros, long TotalMicros)
{
    /// <summary>The kind of these records.</summary>
    public const string Kind = "purse";

    /// <summary>What was spent from a purse; null when nothing ever was.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static PurseRecord? Find(IStore store, TenantId tenant, string purse)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.FindRecord(Kind, tenant, purse) is { } row ? Read(row) : null;
    }

    /// <summary>What was spent on a day, in millionths.</summary>
    public long On(DateOnly day) => day == Day ? DayMicros : 0;

    internal static PurseRecord Read(RecordRow row) =>
        JsonSerializer.Deserialize(row.Body, MeshJson.Default.PurseRecord) ?? throw new InvalidDataException($"What was spent from purse {row.Id} cannot be read.");

    internal static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>What can still be spent, and by which of the two limits; null when there is none.</summary>
    internal static (Money Left, Money Limit, bool IsDay)? Left(PurseRecord? spent, Purse purse, DateOnly day)
    {
        (Money Left, Money Limit, bool IsDay)? total = purse.Total is { } all ? (all with { Micros = all.Micros - (spent?.TotalMicros ?? 0) }, all, false) : null;
        (Money Left, Money Limit, bool IsDay)? today = purse.PerDay is { } most ? (most with { Micros = most.Micros - (spent?.On(day) ?? 0) }, most, true) : null;
        return total is null || (today is not null && today.Value.Left < total.Value.Left) ? today : total;
    }
}
