using System.Collections.Immutable;

namespace Crank.Mesh.Registry;

/// <summary>What an operator decides about services and their health.</summary>
public sealed record ServiceOptions
{
    /// <summary>How many services from outside may be joined at once; 0 takes none. Default 64.</summary>
    public int Sessions { get; init; } = 64;

    /// <summary>How many jobs one service from outside may have at once, 1 to 1,024. Default 16.</summary>
    public int JobsEach { get; init; } = 16;

    /// <summary>How long a service may take to introduce itself. Default 10 s.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a service from outside is asked whether it is there. Default 5 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it may leave a heartbeat unanswered before it is gone. Default 15 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long its running jobs may take to end when the mesh stops. Default 20 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a service from outside is checked by a job. Default 1 minute.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the services that crank brings are checked by a job; zero for never. Default 10 minutes.</summary>
    public TimeSpan CheckOwnEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many checks in a row must fail to take the offers of a service out. Default 3.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>How many checks in a row must succeed to put them back. Default 2.</summary>
    public int Successes { get; init; } = 2;

    /// <summary>What the operator knows of services from outside. Default nothing: their isolation is <c>none</c>.</summary>
    public ImmutableArray<VouchedService> Vouched { get; init; } = [];

    /// <summary>A time of these options as a timer takes it: 10 ms to 1 day.</summary>
    internal static TimeSpan Timer(TimeSpan time) => TimeSpan.FromTicks(Math.Clamp(time.Ticks, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerDay));
}
