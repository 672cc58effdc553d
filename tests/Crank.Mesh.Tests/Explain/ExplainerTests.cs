using Crank.Core;
using Crank.Market;
using Crank.Mesh.Explain;
using Crank.Mesh.Receipts;
using Crank.Trust.Verify;

namespace Crank.Mesh.Tests.Explain;

public sealed class ExplainerTests
{
    [Theory]
    [InlineData("cheapest")]
    [InlineData("fastest")]
    [InlineData("greenest")]
    [InlineData("trusted")]
    [InlineData("fastest=0.5,greenest=0.5")]
    public async Task The_choice_is_made_again_from_what_is_stored_and_is_the_same(string prefer)
    {
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Offers = new(TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 40)));
        var report = await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Prefer = Preference.Parse(prefer) }));
        mesh.Offers.Replace(OfferSnapshot.Empty);
        await mesh.ReopenAsync();
        var explained = Explainer.Explain(mesh.Store, report.Job!.Value)!;
        Assert.True(explained.Agrees);
        Assert.Equal(report.Receipt!.Plan!.Candidates.Select(c => c.Offer), explained.Again!.Candidates.Select(c => c.Offer));
    }

    [Fact]
    public async Task A_plan_that_the_offers_do_not_give_is_seen()
    {
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Offers = new(TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 4)));
        var receipt = (await mesh.SubmitAsync()).Receipt!;
        var snapshot = OfferSnapshot.Read(mesh.Store.FindSnapshot(receipt.Plan!.Snapshot)!);
        Assert.True(Explainer.Explain(receipt, snapshot).Agrees);

        var plan = receipt.Plan;
        Assert.False(Explainer.Explain(receipt with { Plan = plan with { Candidates = [.. plan.Candidates.Reverse()] } }, snapshot).Agrees);
        Assert.False(Explainer.Explain(receipt with { Plan = plan with { Candidates = plan.Candidates.RemoveAt(0) } }, snapshot).Agrees);
        Assert.False(Explainer.Explain(receipt with { Terms = receipt.Terms with { Prefer = Preference.Parse("fastest") } }, TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 3)).Agrees);
        Assert.False(Explainer.Explain(receipt, OfferSnapshot.Empty).Agrees);
    }

    [Fact]
    public async Task A_job_refused_before_it_was_placed_has_no_plan_to_agree_with()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(TestMesh.Request("{}"));
        Assert.Equal((null, false), (Explainer.Explain(mesh.Store, report.Job!.Value)!.Again, Explainer.Explain(mesh.Store, report.Job!.Value)!.Agrees));
        Assert.Null(Explainer.Explain(mesh.Store, new(mesh.Ids.Next())));
    }

    [Fact]
    public async Task Every_receipt_leaves_as_a_file_that_a_stranger_can_verify()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var jobs = new List<JobId>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add((await mesh.SubmitAsync(TestMesh.Request(i % 2 == 0 ? """{"message":"a"}""" : "{}"))).Job!.Value);
        }

        foreach (var job in jobs)
        {
            var file = StoredReceipts.File(mesh.Store, job)!;
            Assert.Equal(job, Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(file, [.. mesh.Keys], TestMesh.Origin)).Receipt.Job);
            Assert.IsNotType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(file, [.. mesh.Keys], "mesh.other/1"));
        }

        Assert.Null(StoredReceipts.File(mesh.Store, new(mesh.Ids.Next())));
    }
}
