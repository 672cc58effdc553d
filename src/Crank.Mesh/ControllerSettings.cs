using Crank.Core;

namespace Crank.Mesh;

/// <summary>What an operator decides about a mesh.</summary>
public sealed record ControllerSettings
{
    /// <summary>The name of the mesh, which is also the origin of its log and the name of its keys, e.g. <c>mesh.local/3f2a</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The currency of every account. Default EUR; fixed once the accounts are open.</summary>
    public Currency Currency { get; init; } = Currency.Eur;

    /// <summary>How far the owner's available money may fall. Default −100.00.</summary>
    public long OwnerLimitMicros { get; init; } = -100_000_000;

    /// <summary>How far the available money of a tenant may fall when its record says nothing, ≤ 0. Default −10.00.</summary>
    public long TenantLimitMicros { get; init; } = -10_000_000;

    /// <summary>The weakest isolation that a job may run in when nobody asks for more. Default strong.</summary>
    public IsolationLevel MinIsolation { get; init; } = IsolationLevel.Strong;

    /// <summary>The grid zone of this machine. Default unknown, which widens every figure.</summary>
    public Zone Zone { get; init; } = Zone.Unknown;

    /// <summary>What the machine's making emits, and how long it serves. Default: a server, spread over two cores.</summary>
    public Carbon.Embodied Hardware { get; init; } = Carbon.Embodied.Default(2);

    /// <summary>How a charge is split.</summary>
    public Ledger.SplitRule Split { get; init; } = Ledger.SplitRule.Default;

    /// <summary>How far the clock may stand behind the newest job before the data folder is refused. Default 5 minutes.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a blob that nothing refers to is kept: longer than any result waits for its commit, shorter than anybody minds. Default 1 hour.
    /// </summary>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The queue of accepted jobs.</summary>
    public Queue.QueueSettings Queue { get; init; } = new();

    /// <summary>How often housekeeping runs by itself; zero for never. Default 10 minutes.</summary>
    public TimeSpan HousekeepEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>True: the journal has a thread of its own. A simulation says false and drains it itself.</summary>
    public bool OwnJournalThread { get; init; } = true;
}
