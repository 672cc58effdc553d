namespace Crank.Carbon;

/// <summary>Finds out how much energy a job used. Safe for many threads.</summary>
public interface IEnergyMeter
{
    /// <summary>Name in configuration and on receipts; never given a second meaning.</summary>
    string Name { get; }

    /// <summary>Why this meter cannot be used here, with the file or setting by name; null when it can.</summary>
    string? WhyUnavailable();

    /// <summary>What the meter's counters say now; <see cref="EnergySample.Nothing"/> when it has none or they cannot be read.</summary>
    EnergySample Sample();

    /// <summary>What a job used between two samples. Pure.</summary>
    /// <returns>Null when the samples do not tell, e.g. because no time passed between them.</returns>
    EnergyReading? Read(EnergySample before, EnergySample after, JobWork work);
}
