namespace Crank.Core;

/// <summary>Energy and emissions of a job, with the tier of the figures and their bounds: lower ≤ figure ≤ upper.</summary>
/// <remarks>The members O, M, R and their product follow the Software Carbon Intensity (ISO/IEC 21031:2024): SCI = (E × I + M) per R.</remarks>
/// <param name="Tier">How good the energy figure is.</param>
/// <param name="Meter">The meter by name, e.g. <c>rapl</c>, <c>cpu-time</c>, <c>default</c>.</param>
/// <param name="Energy">E: energy of the job.</param>
/// <param name="EnergyLower">No less than this.</param>
/// <param name="EnergyUpper">No more than this.</param>
/// <param name="Zone">Grid zone of the node.</param>
/// <param name="Intensity">I: carbon intensity used.</param>
/// <param name="IntensitySource">The row of the table that it comes from: source and year.</param>
/// <param name="Embodied">M: the share of the hardware's embodied emissions.</param>
/// <param name="FunctionalUnit">R: what it is counted per, e.g. <c>job</c>.</param>
/// <param name="Carbon">E × I + M.</param>
/// <param name="CarbonLower">No less than this.</param>
/// <param name="CarbonUpper">No more than this.</param>
public sealed record Footprint(
    FootprintTier Tier,
    string Meter,
    Joules Energy,
    Joules EnergyLower,
    Joules EnergyUpper,
    Zone Zone,
    GramsCo2ePerKwh Intensity,
    string IntensitySource,
    GramsCo2e Embodied,
    Unit FunctionalUnit,
    GramsCo2e Carbon,
    GramsCo2e CarbonLower,
    GramsCo2e CarbonUpper);
