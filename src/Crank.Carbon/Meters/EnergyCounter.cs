namespace Crank.Carbon;

/// <summary>One hardware counter at one moment.</summary>
/// <param name="Name">The domain it counts.</param>
/// <param name="Microjoules">Where it stands, 0 to <paramref name="Range"/>.</param>
/// <param name="Range">The highest it goes before it begins again at 0.</param>
public readonly record struct EnergyCounter(string Name, ulong Microjoules, ulong Range)
{
    /// <summary>How much was counted since, given that it began again at most once.</summary>
    public ulong Since(EnergyCounter earlier) =>
        Microjoules >= earlier.Microjoules ? Microjoules - earlier.Microjoules : Range - earlier.Microjoules + Microjoules;
}
