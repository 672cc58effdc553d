using Crank.Carbon;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Path;

/// <summary>A finished job with its charge and its footprint. A job that was not done costs nothing.</summary>
public sealed class SettledJob
{
    private SettledJob(FinishedJob finished, Charge charge, Footprint? footprint) => (Finished, Charge, Footprint) = (finished, charge, footprint);

    /// <summary>The job.</summary>
    public FinishedJob Finished { get; }

    /// <summary>What it costs.</summary>
    public Charge Charge { get; }

    /// <summary>Energy and emissions of all attempts; null when nothing ran.</summary>
    public Footprint? Footprint { get; }

    /// <summary>Meters, prices, splits, and computes the footprint. Pure.</summary>
    internal static SettledJob Settle(FinishedJob job, ControllerSettings settings, ZoneTable zones)
    {
        using var step = PathStep.Begin("settle");
        var held = job.Funded.Facts.Asked.Ceiling;
        var charge = job is { State: JobState.Done, Offer: { } offer }
            ? ChargeFor(job, offer, held, settings.Split)
            : Charge.None(held);
        return new(job, charge, FootprintOf(job, settings, zones));
    }

    private static Charge ChargeFor(FinishedJob job, Offer offer, Money held, SplitRule split)
    {
        var placed = job.Funded.Placed;
        var used = job.Units
            .SetItem(Unit.Job, Quantity.One)
            .SetItem(Unit.Megabyte, Quantities.Megabytes(new(placed.Admitted.InputBytes)))
            .SetItem(Unit.Second, Quantities.Seconds(job.Usage[^1].Wall));
        var metered = Metering.Charge(offer.Price, placed.Plan.Units, used);
        Invariant.Holds(metered.Total <= held);
        return new(held, metered.Lines, metered.Total, metered.Total.Micros == 0 ? [] : split.Divide(metered.Total, offer.Provider));
    }

    private static Footprint? FootprintOf(FinishedJob job, ControllerSettings settings, ZoneTable zones)
    {
        EnergyReading? energy = null;
        var reserved = Duration.Zero;
        foreach (var usage in job.Usage)
        {
            energy = energy is not null && usage.Energy is not null ? energy + usage.Energy : energy ?? usage.Energy;
            reserved += usage.Cpu > Duration.Zero ? usage.Cpu : usage.Wall;
        }

        return energy is null ? null : FootprintCalculator.Compute(energy, reserved, settings.Zone, zones, settings.Hardware);
    }
}
