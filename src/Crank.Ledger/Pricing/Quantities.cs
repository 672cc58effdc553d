using Crank.Core;

namespace Crank.Ledger;

/// <summary>Quantities of the units that Crank counts itself.</summary>
public static class Quantities
{
    /// <summary>Seconds, rounded up to the microsecond.</summary>
    public static Quantity Seconds(Duration time) =>
        new(time.Time.Ticks / TimeSpan.TicksPerMicrosecond + (time.Time.Ticks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1));

    /// <summary>Megabytes of a million bytes, exactly.</summary>
    public static Quantity Megabytes(ByteCount bytes) => new(bytes.Value);
}
