namespace Crank.Gateway.Quotas;

/// <summary>What an operator decides about quotas and pressure. The owner on the socket of the data folder is never limited.</summary>
public sealed record QuotaOptions
{
    /// <summary>The plan of a tenant that has none of its own. Default no more than 200 a second, 6,000 a minute and 256 at once.</summary>
    public QuotaPlan Tenant { get; init; } = new(PerSecond: 200, PerMinute: 6_000, Concurrent: 256);

    /// <summary>The plan of the owner's tenant. Default none.</summary>
    public QuotaPlan Owner { get; init; } = new();

    /// <summary>The plan of each key, beside its tenant's. Default none.</summary>
    public QuotaPlan Key { get; init; } = new();

    /// <summary>Requests of all callers at the same time before the least urgent are turned away; all are at this number. Default 2,048.</summary>
    public int Requests { get; init; } = 2_048;

    /// <summary>Jobs of one capability that are run at the same time through the door. Default 256.</summary>
    public int Running { get; init; } = 256;

    /// <summary>Requests that wait at the door of one capability. Default 512; 0: none waits.</summary>
    public int Waiting { get; init; } = 512;
}
