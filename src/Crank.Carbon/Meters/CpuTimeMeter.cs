using Crank.Core;

namespace Crank.Carbon;

/// <summary><c>cpu-time</c>: CPU time × a power curve.</summary>
/// <param name="curve">Power of one core.</param>
public sealed class CpuTimeMeter(PowerCurve curve) : IEnergyMeter
{
    /// <inheritdoc />
    public string Name => "cpu-time";

    /// <inheritdoc />
    public string? WhyUnavailable() =>
        curve.Utilisation is > 0 and <= 1 && curve.Busy >= curve.Idle
            ? null
            : $"cpu-time: the power curve of {curve.Idle} W idle, {curve.Busy} W busy and {curve.Utilisation} used is not one; busy is at least idle, used is over 0 up to 1.";

    /// <inheritdoc />
    public EnergySample Sample() => EnergySample.Nothing;

    /// <inheritdoc />
    public EnergyReading? Read(EnergySample before, EnergySample after, JobWork work)
    {
        if (work.Cpu is not { } cpu)
        {
            return null;
        }

        var energy = curve.PerBusyCore * cpu;
        return new(FootprintTier.Modelled, Name, energy, energy * FootprintModel.ModelledLower, energy * FootprintModel.ModelledUpper);
    }
}
