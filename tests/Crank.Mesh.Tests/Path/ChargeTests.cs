using System.Collections.Immutable;
using Crank.Core;
using CsCheck;

namespace Crank.Mesh.Tests.Path;

public sealed class ChargeTests
{
    private static readonly Unit s_widget = Unit.Parse("widget");

    private static readonly Gen<(long Job, long Second, long Widget, long Megabyte, long MostWidgets, long Metered, long WallTicks)> s_gen = Gen.Select(
        Gen.Long[0, 5_000_000], Gen.Long[0, 5_000_000], Gen.Long[0, 5_000_000], Gen.Long[0, 5_000_000], Gen.Long[0, 1_000],
        Gen.OneOf(Gen.Long[0, 2_000], Gen.Long[0, long.MaxValue / 1_000_000]), Gen.OneOf(Gen.Long[0, 50_000_000], Gen.Long[0, TimeSpan.MaxValue.Ticks]));

    [Fact]
    public async Task Whatever_a_worker_meters_the_charge_is_within_what_was_held_and_the_split_adds_up()
    {
        await s_gen.SampleAsync(async c =>
        {
            var capability = TestMesh.CapabilityOf(
                0,
                price: [Line(Unit.Job, c.Job), Line(Unit.Second, c.Second), Line(s_widget, c.Widget), Line(Unit.Megabyte, c.Megabyte)],
                units: ImmutableDictionary<Unit, long>.Empty.Add(s_widget, c.MostWidgets));
            await using var mesh = await TestMesh.OpenAsync(
                TestMesh.DefaultSettings with { OwnerLimitMicros = -1_000_000_000_000 },
                prepare: m => (m.Capability, m.Offers) = (capability, new(TestMesh.OffersOf(TestMesh.Start, capability))));
            var done = ScriptedWorkers.Done(units: ImmutableDictionary<Unit, Quantity>.Empty.Add(s_widget, Quantity.Whole(c.Metered)).Add(Unit.Parse("unheard"), Quantity.One));
            mesh.Workers.Answer(done with { Usage = done.Usage with { Wall = new(TimeSpan.FromTicks(c.WallTicks)) } });
            var report = await mesh.SubmitAsync();
            Assert.Null(report.Refusal);
            var charge = report.Receipt!.Charge;
            Assert.True(charge.Total <= charge.Held);
            Assert.Equal(charge.Total.Micros, charge.Shares.Sum(s => s.Amount.Micros));
            Assert.Equal(charge.Total.Micros, charge.Lines.Sum(l => l.Amount.Micros));
            Assert.Equal(-charge.Total.Micros, mesh.Balance("owner").Micros);
            mesh.AssertSound();
        }, iter: 200, threads: 1);
    }

    [Fact]
    public async Task What_is_held_is_the_most_that_any_candidate_may_cost()
    {
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Offers = new(Market.OfferSnapshot.Of(
            TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 1).Offers.Concat(
                TestMesh.OffersOf(TestMesh.Start, TestMesh.CapabilityOf(5_000), 2).Offers.Skip(1)))));
        var report = await mesh.SubmitAsync();
        Assert.Equal((5_000, 1_000), (report.Receipt!.Charge.Held.Micros, report.Receipt.Charge.Total.Micros));
    }

    [Fact]
    public async Task A_free_job_is_done_and_moves_no_money()
    {
        var free = TestMesh.CapabilityOf(0);
        await using var mesh = await TestMesh.OpenAsync(
            TestMesh.DefaultSettings with { OwnerLimitMicros = 0 }, prepare: m => (m.Capability, m.Offers) = (free, new(TestMesh.OffersOf(TestMesh.Start, free))));
        var report = await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Budget = Money.Zero(Currency.Eur) }));
        Assert.Null(report.Refusal);
        Assert.Empty(mesh.Store.Transfers(null, 10));
        mesh.AssertSound();
    }

    private static PriceLine Line(Unit unit, long micros) => new(unit, new(micros, Currency.Eur));
}
