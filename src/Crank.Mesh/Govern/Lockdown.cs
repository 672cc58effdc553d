using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>While it is in force no job is taken and none is started, whatever the policy says. It is stored, and stays in force until somebody lifts it.</summary>
/// <param name="Reason">Why, for everybody whose jobs are refused; 1 to <see cref="MaxReason"/> characters.</param>
/// <param name="By">Who ordered it.</param>
/// <param name="Since">Since when.</param>
/// <param name="StopsRunning">True when what ran at that time was stopped.</param>
public sealed record Lockdown(string Reason, PrincipalId By, DateTimeOffset Since, bool StopsRunning)
{
    /// <summary>The longest reason.</summary>
    public const int MaxReason = 500;

    /// <summary>The rule on the decisions that it makes.</summary>
    public const string Rule = "mesh.lockdown";

    /// <summary>The revision on the decisions that it makes: no policy was asked.</summary>
    public const string Bundle = "mesh/1";

    internal const string Kind = "lockdown";

    /// <summary>There is one for the whole mesh.</summary>
    internal const string Id = "mesh";

    private const string Try = "Ask whoever runs the mesh; jobs are taken again when the lockdown has been lifted.";

    /// <summary>The lockdown that a store holds; null for none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static Lockdown? Find(IStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.FindRecord(Kind, TenantId.Owner, Id) is { } row ? Of(row) : null;
    }

    /// <summary>What every job is refused with.</summary>
    internal Refusal Refusal => new(RefusalKind.Policy, RefusalCodes.LockedDown, $"The mesh is locked down: {Reason} (by {By}, since {Since:u})", Try);

    /// <summary>What a job ends with that ran and was stopped.</summary>
    internal Refusal Stop => new(
        RefusalKind.NotDone, RefusalCodes.LockedDown, $"The job was stopped because the mesh was locked down: {Reason} (by {By}, since {Since:u}) Nothing was delivered and nothing was charged.", Try);

    /// <summary>The decision on the receipt of a job that was refused.</summary>
    internal Decision Decide(DecisionId id) => new(id, false, Rule, Bundle, $"Locked down by {By} since {Since:u}: {Reason}", Constraints.None);

    internal RecordRow ToRow(long version) => new(Kind, TenantId.Owner, Id, JsonSerializer.SerializeToUtf8Bytes(this, MeshJson.Default.Lockdown), null, version);

    /// <summary>What a row says. One that cannot be read is a lockdown all the same: a damaged record opens nothing.</summary>
    internal static Lockdown Of(RecordRow row)
    {
        try
        {
            if (JsonSerializer.Deserialize(row.Body, MeshJson.Default.Lockdown) is { } stored)
            {
                return stored;
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        return new("The record of a lockdown is there and cannot be read.", PrincipalId.Owner, DateTimeOffset.UnixEpoch, false);
    }
}
