using Crank.Core;
using Crank.Market;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;
using Crank.Mesh.Place;

namespace Crank.Mesh.Tests.Place;

public sealed class VersionChoiceTests
{
    [Theory]
    [InlineData("echo", "1.2.0 1.3.0", "1.2.0 1.3.0", "1.3.0")]
    [InlineData("echo@1", "1.2.0 1.3.0 2.0.0", "1.2.0 1.3.0 2.0.0", "1.3.0")]
    [InlineData("echo@1.2", "1.2.0 1.3.0", "1.2.0 1.3.0", "1.3.0")]
    [InlineData("echo@1.2.0", "1.2.0 1.3.0", "1.2.0", "1.2.0")]
    [InlineData("echo@1.2.1", "1.2.0 1.3.0", "1.2.0", "1.3.0")]
    [InlineData("echo", "1.2.0 2.0.0", "1.2.0", "2.0.0")]
    [InlineData("echo", "1.2.0 1.3.0", "", "1.3.0")]
    [InlineData("echo", "0.3.0 0.4.0", "0.3.0", "0.4.0")]
    [InlineData("echo@0.3", "0.3.0 0.3.1 0.4.0", "0.3.0 0.4.0", "0.3.0")]
    public void What_is_asked_gets_the_newest_that_can_stand_in_and_is_offered(string asked, string known, string offered, string gets) =>
        Assert.Equal(gets, Choose(asked, known, offered).Value!.Capability.Id.Version.ToString());

    [Theory]
    [InlineData("echo@1.4.0", "Here is echo@1.3.0.")]
    [InlineData("echo@2", "Here is echo@1.3.0.")]
    [InlineData("ecko", "Did you mean 'echo'?")]
    public void What_nobody_knows_is_refused_with_what_there_is(string asked, string tried)
    {
        var refusal = Choose(asked, "1.2.0 1.3.0", "1.3.0").Refusal!;
        Assert.Equal((RefusalCodes.UnknownCapability, tried), (refusal.Code, refusal.Try));
    }

    [Theory]
    [InlineData("1.2.0 1.3.0", "1.2.0")]
    [InlineData("1.3.0", "1.3.0")]
    [InlineData("", "1.3.0")]
    public void A_queued_job_starts_as_the_version_it_was_accepted_as_while_that_is_offered(string offered, string gets)
    {
        var again = VersionChoice.ChooseAgain(TestMesh.Request(), CapabilityVersion.Parse("echo@1.2.0"), Page("1.2.0 1.3.0", offered), TestMesh.Start);
        Assert.Equal(gets, again.Value!.Capability.Id.Version.ToString());
    }

    [Theory]
    [InlineData("echo@0")]
    [InlineData("echo@")]
    [InlineData("echo@1.")]
    [InlineData("echo@1.2.3.4")]
    [InlineData("echo@01")]
    [InlineData("@1")]
    [InlineData("")]
    public void What_is_no_wish_is_not_read(string text) => Assert.False(CapabilityWish.TryParse(text, null, out _));

    [Fact]
    public async Task A_job_runs_as_the_version_that_was_chosen_and_as_no_other()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Offers.Book.Replace(Catalogue("1.0.0 1.1.0"), Offers("1.0.0 1.1.0"));

        var old = await mesh.SubmitAsync(TestMesh.Request());
        mesh.Offers.Book.Replace(Offers("1.0.0"));
        var other = await mesh.SubmitAsync(TestMesh.Request() with { Version = SemanticVersion.Parse("1.0.0") });

        Assert.Equal(["echo@1.1.0", "echo@1.0.0"], mesh.Workers.Seen.Select(d => d.Offer.Capability.ToString()));
        Assert.Equal(["echo@1.1.0", "echo@1.0.0"], new[] { old, other }.Select(r => mesh.ReceiptOf(r).Capability.ToString()));
        Assert.True(mesh.Controller.Explain(TenantId.Owner, old.Job!.Value)!.Agrees);
    }

    [Fact]
    public async Task Candidates_of_one_job_are_all_of_one_version()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Offers.Book.Replace(Catalogue("1.0.0 1.1.0"), Offers("1.0.0 1.1.0"));
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared", retryable: true));

        await mesh.SubmitAsync(TestMesh.Request());

        Assert.Equal(["echo@1.1.0"], mesh.Workers.Seen.Select(d => d.Offer.Capability.ToString()));
    }

    private static Step<CapabilityEntry> Choose(string asked, string known, string offered)
    {
        var wish = CapabilityWish.Parse(asked);
        return VersionChoice.Choose(TestMesh.Request() with { Capability = wish.Name, Version = wish.AtLeast }, null, default, Page(known, offered), TestMesh.Start).Entry;
    }

    private static OfferPage Page(string known, string offered) => new(Catalogue(known), Offers(offered));

    private static CapabilityCatalogue Catalogue(string versions) => new(Versions(versions));

    private static OfferSnapshot Offers(string versions) => OfferSnapshot.Of(
        Versions(versions).Select((c, i) => TestMesh.OffersOf(TestMesh.Start, c, 1).Offers[0] with { Id = new(new((UInt128)(uint)(100 + i))) }));

    private static IEnumerable<Capability> Versions(string versions) =>
        versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => TestMesh.Echo with { Id = new(TestMesh.Echo.Id.Name, SemanticVersion.Parse(v)) });
}
