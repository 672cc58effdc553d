using Crank.Core;
using Crank.Gateway.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Gateway.Tests.Quotas;

public sealed class OpenStreamsTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");

    [Fact]
    public void A_tenant_has_its_number_of_places_whatever_others_have()
    {
        var streams = new OpenStreams(() => 2, new FakeTimeProvider());
        Assert.NotNull(streams.Open(s_acme).Place);
        var second = streams.Open(s_acme).Place!;
        Assert.Null(streams.Open(s_acme).Place);
        Assert.NotNull(streams.Open(TenantId.Parse("globex")).Place);

        second.Dispose();
        second.Dispose();

        Assert.NotNull(streams.Open(s_acme).Place);
        Assert.Null(streams.Open(s_acme).Place);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(40, 10)]
    [InlineData(4_000, 60)]
    public void When_to_come_again_follows_how_long_streams_stay_open(double seconds, int retryAfter)
    {
        var clock = new FakeTimeProvider();
        var streams = new OpenStreams(() => 4, clock);
        for (var i = 0; i < 100; i++)
        {
            var place = streams.Open(s_acme).Place!;
            clock.Advance(TimeSpan.FromSeconds(seconds));
            place.Dispose();
        }

        for (var i = 0; i < 4; i++)
        {
            streams.Open(s_acme);
        }

        Assert.Equal(TimeSpan.FromSeconds(retryAfter), streams.Open(s_acme).RetryAfter);
    }
}
