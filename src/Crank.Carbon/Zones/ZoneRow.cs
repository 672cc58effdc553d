using Crank.Core;

namespace Crank.Carbon;

/// <summary>The yearly mean carbon intensity of one zone, as somebody published it.</summary>
/// <param name="Zone">The zone, or <c>world</c>.</param>
/// <param name="Intensity">Grams per kWh.</param>
/// <param name="Year">The year that it is the mean of.</param>
/// <param name="Basis">What was counted: <c>direct CO2</c>, <c>direct CO2e</c> or <c>life-cycle CO2e</c>.</param>
/// <param name="Source">Who published it, and in what.</param>
/// <param name="Licence">On what terms.</param>
public sealed record ZoneRow(Zone Zone, GramsCo2ePerKwh Intensity, int Year, string Basis, string Source, string Licence);
