using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Registry;
using Crank.Mesh.Run;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Mesh.Tests.Registry;

public sealed class ServiceRegistryTests
{
    private static readonly PrincipalId s_ann = PrincipalId.Parse("ann");
    private readonly FakeTimeProvider _clock = new(TestMesh.Start);
    private readonly ServiceRegistry _registry;
    private int _offers;

    public ServiceRegistryTests() => _registry = new(_clock);

    [Fact]
    public async Task A_service_is_offered_from_when_it_serves_until_it_leaves()
    {
        var workers = new ScriptedWorkers();
        var joined = Assert.IsType<JoinAnswer.Joined>(Join("one", s_ann, workers, ServiceState.Joining)).Registration;
        Assert.Empty(_registry.Book.Offers.Offers);
        Assert.Equal(["echo@1.0.0"], _registry.Book.Catalogue.All.Select(c => c.Id.ToString()));

        Assert.True(_registry.Turn(joined.Id, ServiceState.Serving));
        Assert.Equal(joined.Offers, _registry.Book.Offers.Offers);
        Assert.IsType<DispatchResult.Done>(await RunAsync(joined.Offers[0]));

        Assert.True(_registry.Turn(joined.Id, ServiceState.Draining));
        Assert.Empty(_registry.Book.Offers.Offers);
        Assert.IsType<DispatchResult.Busy>(await RunAsync(joined.Offers[0]));

        Assert.True(_registry.Leave(joined.Id));
        Assert.False(_registry.Leave(joined.Id));
        Assert.Empty(_registry.Book.Catalogue.All);
        Assert.Empty(_registry.All);
    }

    [Fact]
    public async Task Each_job_goes_to_the_service_whose_offer_was_chosen()
    {
        var (one, two) = (new ScriptedWorkers(), new ScriptedWorkers());
        var first = Joined(Join("one", s_ann, one));
        var second = Joined(Join("two", s_ann, two));

        await RunAsync(second.Offers[0]);

        Assert.Empty(one.Seen);
        Assert.Equal([second.Offers[0].Id], two.Seen.Select(d => d.Offer.Id));
        Assert.Equal(2, _registry.Book.Offers.Offers.Length);
        Assert.NotEqual(first.Offers[0].Id, second.Offers[0].Id);
    }

    [Fact]
    public void Several_versions_of_a_name_are_served_at_once()
    {
        Join("one", s_ann, new ScriptedWorkers(), version: "1.2.0");
        Join("two", s_ann, new ScriptedWorkers(), version: "1.3.0");

        Assert.Equal(["echo@1.3.0", "echo@1.2.0"], _registry.Book.Catalogue.All.Select(c => c.Id.ToString()));
    }

    [Fact]
    public void A_name_that_crank_or_another_principal_serves_is_not_taken_over()
    {
        Join("one", null, new ScriptedWorkers());
        Assert.Equal(RegistryCodes.Taken, Refused(Join("two", s_ann, new ScriptedWorkers(), version: "9.0.0")).Code);
        _registry.Leave(WorkerId.Parse("one"));
        Join("one", PrincipalId.Parse("bob"), new ScriptedWorkers());
        Assert.Equal(RegistryCodes.Taken, Refused(Join("two", s_ann, new ScriptedWorkers(), version: "9.0.0")).Code);
    }

    [Fact]
    public void One_version_is_described_in_one_way_whatever_it_costs()
    {
        Join("one", s_ann, new ScriptedWorkers());
        var dearer = TestMesh.CapabilityOf(5_000);
        Assert.IsType<JoinAnswer.Joined>(Join("two", s_ann, new ScriptedWorkers(), capability: dearer));
        Assert.Equal(RegistryCodes.Differs, Refused(Join("three", s_ann, new ScriptedWorkers(), capability: dearer with { Summary = "Something else." })).Code);
    }

    [Fact]
    public void There_are_only_so_many()
    {
        for (var i = 0; i < ServiceRegistry.MaxServices; i++)
        {
            Assert.IsType<JoinAnswer.Joined>(Join($"s-{i}", s_ann, new ScriptedWorkers(), ServiceState.Joining));
        }

        Assert.Equal(RegistryCodes.Full, Refused(Join("more", s_ann, new ScriptedWorkers())).Code);
    }

    [Fact]
    public async Task Schemas_that_stay_are_not_compiled_again_when_others_come()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Join("one", s_ann, new ScriptedWorkers(), version: "1.2.0");
        var before = _registry.Book.Catalogue.Find(TestMesh.Echo.Id.Name, null);
        Join("two", s_ann, new ScriptedWorkers(), version: "1.1.0");
        Assert.Same(before, _registry.Book.Catalogue.Find(TestMesh.Echo.Id.Name, null));
    }

    private static Registration Joined(JoinAnswer answer) => Assert.IsType<JoinAnswer.Joined>(answer).Registration;

    private static JoinAnswer.Refused Refused(JoinAnswer answer) => Assert.IsType<JoinAnswer.Refused>(answer);

    private JoinAnswer Join(
        string id, PrincipalId? registrant, IDispatcher runs, ServiceState state = ServiceState.Serving, string version = "1.0.0", Capability? capability = null)
    {
        var offered = capability ?? TestMesh.Echo with { Id = new(TestMesh.Echo.Id.Name, SemanticVersion.Parse(version)) };
        ImmutableArray<Offer> offers = [TestMesh.OffersOf(TestMesh.Start, offered, 1).Offers[0] with { Id = new(new((UInt128)(uint)++_offers)) }];
        return _registry.Join(
            WorkerId.Parse(id), new("echo", SemanticVersion.Parse("1.0.0"), registrant, NodeId.Local, Isolation.None, null, ServiceFacts.Local), [offered], offers, runs, state);
    }

    private Task<DispatchResult> RunAsync(Offer offer) => _registry.RunAsync(
        new(new(new(1)), offer, TestMesh.Echo, default, ImmutableDictionary<string, AdmittedBlob>.Empty, TimeSpan.FromSeconds(1), IsolationLevel.None, null, null, new(null)),
        TestContext.Current.CancellationToken);
}
