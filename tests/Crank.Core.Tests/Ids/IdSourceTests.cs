using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Core.Tests.Ids;

public sealed class IdSourceTests
{
    [Fact]
    public void Ids_grow_also_within_a_millisecond_and_when_the_clock_steps_back() => Gen.Select(Gen.Int, Gen.Int[-5, 5].Array[1, 50]).Sample((seed, steps) =>
    {
        var ids = new IdSource(new SteppingClock(steps), new Random(seed));
        var made = steps.Select(_ => ids.Next()).ToArray();
        Assert.Equal(made.Order(), made);
        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.Equal(made.Select(i => i.ToString()).Order(StringComparer.Ordinal), made.Select(i => i.ToString()));
        Assert.Equal(made.Select(i => i.Value), made.Select(i => SortableId.Parse(i.ToString()).Value));
    });

    [Fact]
    public void The_same_clock_and_seed_give_the_same_ids_and_another_seed_does_not() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 5].Array[1, 50]).Sample((seed, steps) =>
    {
        SortableId[] Make(int s)
        {
            var ids = new IdSource(new SteppingClock(steps), new Random(s));
            return [.. steps.Select(_ => ids.Next())];
        }

        Assert.Equal(Make(seed), Make(seed));
        Assert.NotEqual(Make(seed), Make(seed + 1));
    });

    [Fact]
    public void An_id_says_when_it_was_made()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero));
        Assert.Equal(clock.GetUtcNow(), new IdSource(clock, new Random(1)).Next().MadeAt);
        Assert.Equal(9999, new SortableId(UInt128.MaxValue).MadeAt.Year);
    }

    [Fact]
    public void A_clock_before_1970_still_makes_ids_that_grow()
    {
        var ids = new IdSource(new SteppingClock([-1, -1], startsAt: 0), new Random(1));
        Assert.True(ids.Next().CompareTo(ids.Next()) < 0);
    }

    [Fact]
    public void Many_threads_get_ids_of_their_own()
    {
        var ids = new IdSource(new FakeTimeProvider(), new Random(1));
        Assert.Equal(4_000, Enumerable.Range(0, 4_000).AsParallel().Select(_ => ids.Next()).Distinct().Count());
    }

    [Theory]
    [InlineData("8ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("01jd0000000000000000000000")]
    [InlineData("01JD000000000000000000000I")]
    [InlineData("01JD000000000000000000000U")]
    [InlineData("01JD00000000000000000000000")]
    public void Only_the_one_written_form_is_read(string text) => Assert.False(SortableId.TryParse(text, null, out _));

    /// <summary>Moves by so many milliseconds at each look, also backwards.</summary>
    private sealed class SteppingClock(int[] steps, long startsAt = 1_000_000) : TimeProvider
    {
        private int _look;
        private long _now = startsAt;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_now += steps[_look++ % steps.Length]);
    }
}
