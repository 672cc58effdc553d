using Crank.Node.Workers;
using CsCheck;

namespace Crank.Node.Tests.Workers;

public sealed class JobMeterTests
{
    [Fact]
    public void A_time_is_never_negative_and_never_more_than_was_possible() => Gen.Select(Gen.Long, Gen.Long).Sample((time, most) =>
    {
        var bounded = JobMeter.Bounded(new TimeSpan(time), new TimeSpan(most));
        return bounded >= TimeSpan.Zero && (bounded == TimeSpan.Zero || bounded.Ticks <= most) && (time < 0 || time > most || bounded.Ticks == time);
    });
}
