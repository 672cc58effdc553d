using Crank.Core;

namespace Crank.Carbon;

/// <summary>Power of one core, linear between idle and busy.</summary>
/// <param name="Idle">When it does nothing.</param>
/// <param name="Busy">When it is fully used; not less than idle.</param>
/// <param name="Utilisation">The share of time that the machine's cores are busy, more than 0 up to 1: idle power is shared by what runs.</param>
public sealed record PowerCurve(Watts Idle, Watts Busy, double Utilisation)
{
    /// <summary>0.74 W idle, 3.5 W busy, half used: the cloud averages of the Cloud Carbon Footprint methodology.</summary>
    public static PowerCurve Default { get; } = new(new(0.74), new(3.5), 0.5);

    /// <summary>Power of one busy core, with the idle power that its work has to carry.</summary>
    public Watts PerBusyCore => new(Busy.Value - Idle.Value + (Idle.Value / Utilisation));
}
