using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;
using Crank.Rego.Values;
using Crank.Schema;
using CsCheck;

namespace Crank.Mesh.Tests.Authorize;

public sealed class PolicyInputTests
{
    private static readonly JsonSchema s_schema = JsonSchema.Compile(JsonElement.Parse(File.ReadAllText(Repository.File("docs/policy-input.schema.json"))));

    /// <summary>Whatever is asked, the input fits the schema that policies are written against.</summary>
    [Fact]
    public void Every_input_fits_the_published_schema()
    {
        var isolation = Gen.Int[-1, 4].Select(i => i < 0 ? (IsolationLevel?)null : (IsolationLevel)i);
        var terms = Gen.Select(Gen.Int[0, 3], Gen.Long[-1, 90_000_000], Gen.Int[0, 2], isolation, Gen.Bool).Select((zones, budget, deadline, level, dataClass) => new Terms(
            zones == 0 ? Preference.Cheapest : Preference.Parse("greenest=0.3,fastest=0.7"), budget < 0 ? null : new(budget, Currency.Eur), deadline == 0 ? null : Duration.FromSeconds(deadline * 0.3),
            [.. new[] { "de", "fr", "nl" }.Take(zones).Select(z => Zone.Parse(z))], dataClass ? DataClass.Parse("internal") : null, level));
        var tenant = Gen.Int[0, 3].Select(i => i switch { 0 => null, 1 => new TenantRecord(), 2 => new(Disabled: true), _ => new TenantRecord { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("country", "de") } });
        var principal = Gen.Int[0, 3].Select(i => i switch { 0 => null, 1 => new PrincipalRecord(), 2 => new(Disabled: true), _ => new PrincipalRecord(Roles: ["member"]) });
        var who = Gen.Int[0, 2].Select(i => i == 0 ? (TenantId.Owner, PrincipalId.Owner) : (TenantId.Parse("acme"), PrincipalId.Parse("ann")));
        Gen.Select(who, terms, tenant, principal, Gen.Int[0, 70], Gen.Bool, Gen.Long[0, long.MaxValue], Gen.Bool).Sample((ids, asked, tenantRecord, principalRecord, offers, starting, bytes, more) =>
        {
            var question = new PolicyQuestion(
                new(new SortableId(1)), ids.Item1, ids.Item2, more ? ["member", "viewer"] : default, tenantRecord, principalRecord, TestMesh.Echo.Id, asked, bytes, more ? new(new SortableId(5)) : null,
                starting, TestMesh.Start, IsolationLevel.Strong)
            {
                Currency = more ? Currency.Eur : null,
                Offers = more ? TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, offers) : null,
            };
            var input = PolicyInput.Of(question);
            var result = s_schema.Validate(JsonElement.Parse(JsonOut.Write(input)));
            Assert.True(result.Errors.Count == 0, string.Join('\n', result.Errors.Select(e => $"{e.InstanceLocation}: {e.Message}")) + JsonOut.Write(input));
        }, iter: 300);
    }

    [Fact]
    public void An_input_says_what_was_asked()
    {
        var terms = new Terms(Preference.Cheapest, Money.Parse("0.05 EUR"), Duration.Parse("1.5s"), [Zone.Parse("de")], DataClass.Parse("internal"), IsolationLevel.StrongPlus);
        var tenant = new TenantRecord(Disabled: true) { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("country", "de") };
        var input = PolicyInput.Of(Gate.Question(terms, tenant, new PrincipalRecord(Roles: ["member"]), "member", "admin"));
        Assert.Equal(
            JsonIn.Read("""
                {
                  "version": "crank.policy.input/1", "topic": "job", "timeNs": 1767225600000000000, "starting": false,
                  "principal": {"id": "ann", "known": true, "disabled": false, "roles": ["member"]},
                  "tenant": {"id": "acme", "known": true, "disabled": true, "labels": {"country": "de"}},
                  "capability": {"name": "echo", "version": "1.0.0", "major": 1},
                  "terms": {"prefer": "cheapest", "budget": {"micros": 50000, "currency": "EUR"}, "deadlineMs": 1500, "zones": ["de"], "isolation": "strong+"},
                  "data": {"bytes": 10, "class": "internal"},
                  "mesh": {"currency": "EUR", "minIsolation": "strong"},
                  "offers": [{"node": "node-1", "zone": "de", "isolation": "strong", "provider": "provider/local"}, {"node": "node-2", "zone": "de", "isolation": "strong", "provider": "provider/local"}]
                }
                """),
            input);
    }

    [Fact]
    public void Many_offers_are_cut_and_counted_and_a_new_snapshot_is_seen_at_once()
    {
        var question = Gate.Question() with { Offers = TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 70) };
        Assert.Equal((64, 6L), Counts(PolicyInput.Of(question)));
        Assert.Equal((2, null), Counts(PolicyInput.Of(question with { Offers = TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo) })));
        Assert.Equal((0, null), Counts(PolicyInput.Of(question with { Offers = OfferSnapshot.Empty })));
    }

    private static (int Shown, long? LeftOut) Counts(Value input) =>
        (input.Get("offers").AsArray().Count, input.Get("offersLeftOut").TryGetInt64(out var leftOut) ? leftOut : null);
}
