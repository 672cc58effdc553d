using Crank.Core;

namespace Crank.Carbon;

/// <summary>The hardware's own emissions, spread over its life and its cores (M = TE × TS × RS of ISO/IEC 21031:2024).</summary>
/// <param name="Machine">TE: what making, moving and scrapping the machine emits.</param>
/// <param name="Life">How long it serves; more than zero.</param>
/// <param name="Cores">How many cores share it; at least 1.</param>
public sealed record Embodied(GramsCo2e Machine, Duration Life, int Cores)
{
    /// <summary>A server of 1,000 kg CO2e that serves four years.</summary>
    /// <param name="cores">How many cores it has; at least 1.</param>
    public static Embodied Default(int cores) => new(new(1_000_000), new(TimeSpan.FromDays(4 * 365.25)), cores);

    /// <summary>M of a job that kept one core for so long.</summary>
    public GramsCo2e Of(Duration reserved) => Machine * (reserved.Seconds / Life.Seconds / Math.Max(Cores, 1));
}
