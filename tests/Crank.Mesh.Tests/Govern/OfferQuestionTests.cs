using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Crank.Mesh.Registry;
using Crank.Mesh.Tests.Authorize;

namespace Crank.Mesh.Tests.Govern;

public sealed class OfferQuestionTests
{
    [Theory]
    [InlineData("package crank.access\ndecision := {\"allow\": false}", true)]
    [InlineData("package crank.offers\ndecision := {\"allow\": input.service.registrant == \"words\"}", true)]
    [InlineData("package crank.offers\ndecision := {\"allow\": input.service.registrant == \"other\"}", false)]
    [InlineData("package crank.offers\ndecision := {\"allow\": false} if { some c in input.capabilities; c.name == \"echo\" }", false)]
    [InlineData("package crank.offers\nunheard := 1", false)]
    public async Task Who_may_offer_what_is_asked_of_the_policy(string rego, bool allowed)
    {
        var clock = TimeProvider.System;
        var desk = new GateDesk(new PolicyBook(Gate.Set(rego, standard: DefaultPolicies.Load(clock)), clock), clock);
        var facts = new ServiceFacts("words", SemanticVersion.Parse("1.0.0"), PrincipalId.Parse("words"), NodeId.Local, ScriptedWorkers.Strong, null, "crank-session/1");
        var answer = await desk.AskOfferAsync(facts, TenantId.Owner, [TestMesh.Echo], TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo).Offers, CancellationToken.None);
        Assert.Equal(allowed, answer.Allowed);
    }
}
