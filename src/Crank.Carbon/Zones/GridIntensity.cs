using Crank.Core;

namespace Crank.Carbon;

/// <summary>The carbon intensity that a footprint counts with: lower ≤ figure ≤ upper.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Lower">No less than this.</param>
/// <param name="Upper">No more than this.</param>
/// <param name="Source">Source and year, as on the receipt.</param>
public sealed record GridIntensity(GramsCo2ePerKwh Figure, GramsCo2ePerKwh Lower, GramsCo2ePerKwh Upper, string Source);
