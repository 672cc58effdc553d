using Crank.Core;

namespace Crank.Carbon;

/// <summary>Energy with its tier and bounds: lower ≤ energy ≤ upper.</summary>
/// <param name="Tier">How good the figure is.</param>
/// <param name="Meter">The meter by name.</param>
/// <param name="Energy">The figure.</param>
/// <param name="Lower">No less than this.</param>
/// <param name="Upper">No more than this.</param>
public sealed record EnergyReading(FootprintTier Tier, string Meter, Joules Energy, Joules Lower, Joules Upper)
{
    /// <summary>Both together, as the attempts of one job: no better than the worse of the two, whose meter is named.</summary>
    public static EnergyReading operator +(EnergyReading left, EnergyReading right)
    {
        var worse = right.Tier < left.Tier ? right : left;
        return new(worse.Tier, worse.Meter, left.Energy + right.Energy, left.Lower + right.Lower, left.Upper + right.Upper);
    }
}
