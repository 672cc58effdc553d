using Crank.Core;

namespace Crank.Carbon;

/// <summary>From energy to a footprint: SCI = (E × I + M) per R, with R = one job (ISO/IEC 21031:2024). Pure.</summary>
public static class FootprintCalculator
{
    /// <summary>Works out the footprint of a job.</summary>
    /// <param name="energy">What all its attempts used.</param>
    /// <param name="reserved">How long it kept a core, all attempts together; CPU time where known, else wall time.</param>
    /// <param name="zone">Where the machine stands; <see cref="Zone.Unknown"/> widens the bounds.</param>
    /// <param name="zones">The intensities.</param>
    /// <param name="hardware">The machine.</param>
    public static Footprint Compute(EnergyReading energy, Duration reserved, Zone zone, ZoneTable zones, Embodied hardware)
    {
        var grid = zones.For(zone);
        var embodied = hardware.Of(reserved);
        return new(
            energy.Tier, energy.Meter, energy.Energy, energy.Lower, energy.Upper,
            zone, grid.Figure, grid.Source, embodied, Unit.Job,
            (grid.Figure * energy.Energy) + embodied,
            (grid.Lower * energy.Lower) + (embodied * FootprintModel.EmbodiedLower),
            (grid.Upper * energy.Upper) + (embodied * FootprintModel.EmbodiedUpper));
    }
}
