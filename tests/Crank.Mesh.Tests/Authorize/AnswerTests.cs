using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Rego.Values;

namespace Crank.Mesh.Tests.Authorize;

public sealed class AnswerTests
{
    [Theory]
    [InlineData("""{"allow": true}""", true, "policy.allow", "The policy allows it.")]
    [InlineData("""{"allow": false}""", false, "policy.deny", "The policy does not allow it, and gives no reason.")]
    [InlineData("""{"allow": true, "rule": "mine", "reasons": ["because"]}""", true, "mine", "because")]
    [InlineData("""{"allow": false, "reasons": {"grant.none", "model.unlicensed"}}""", false, "grant.none", "grant.none; model.unlicensed")]
    [InlineData("""{"allow": false, "reasons": {"b": "Second.", "a": "First."}}""", false, "a", "First. (a); Second. (b)")]
    [InlineData("""{"allow": false, "reasons": "One text."}""", false, "reason", "One text.")]
    [InlineData("""{"allow": false, "anything": [1], "constraints": 7}""", false, "policy.deny", "The policy does not allow it, and gives no reason.")]
    [InlineData("""{"allow": true, "grants": {"g1", "g2"}, "limits": {"max_micros": 5}, "obligations": {{"kind": "retain", "days": 90}}}""", true, "policy.allow", "The policy allows it.")]
    public void Answers_are_read_with_their_rule_and_reasons(string term, bool allowed, string rule, string why)
    {
        var answer = Gate.Answer(term);
        Assert.Equal((allowed, rule, why, "test/1"), (answer.Allowed, answer.Rule, answer.Why, answer.Revision));
        Assert.Null(answer.Error);
    }

    [Theory]
    [InlineData("true", "policy.answer", "The answer is true")]
    [InlineData("[]", "policy.answer", "The answer is []")]
    [InlineData("{}", "policy.answer", "no 'allow'")]
    [InlineData("""{"allow": "true"}""", "policy.answer", "'allow' is \"true\"")]
    [InlineData("""{"allow": 1}""", "policy.answer", "'allow' is 1")]
    [InlineData("""{"allow": true, "contraints": {}}""", "policy.answer", "\"contraints\"")]
    [InlineData("""{"allow": true, "rule": 7}""", "policy.answer", "'rule' is 7")]
    [InlineData("""{"allow": true, "reasons": 7}""", "policy.answer", "'reasons' is 7")]
    [InlineData("""{"allow": true, "reasons": [{"a": 1}]}""", "policy.answer", "a reason is")]
    [InlineData("""{"allow": true, "obligations": {{"kind": "encrypt", "with": "tenant-key"}}}""", "policy.obligation", "'encrypt'")]
    [InlineData("""{"allow": true, "obligations": ["log"]}""", "policy.obligation", "\"log\"")]
    [InlineData("""{"allow": true, "obligations": {{"kind": "retain", "days": -1}}}""", "policy.obligation", "'retain'")]
    [InlineData("""{"allow": true, "obligations": {{"kind": "retain", "days": 3, "where": "eu"}}}""", "policy.obligation", "\"where\"")]
    [InlineData("""{"allow": true, "obligations": {{"kind": "redact", "fields": ["a~b~2"], "from": "worker"}}}""", "policy.obligation", "\"worker\"")]
    [InlineData("""{"allow": true, "constraints": {"zone": ["de"]}}""", "policy.constraint", "'zone'")]
    [InlineData("""{"allow": true, "constraints": []}""", "policy.constraint", "'constraints' is []")]
    [InlineData("""{"allow": true, "constraints": {"zones": []}}""", "policy.constraint", "'zones' is empty")]
    [InlineData("""{"allow": true, "constraints": {"zones": "de"}}""", "policy.constraint", "'zones' is \"de\"")]
    [InlineData("""{"allow": true, "constraints": {"zones": ["NO WAY"]}}""", "policy.constraint", "'zones' is")]
    [InlineData("""{"allow": true, "constraints": {"nodes": set()}}""", "policy.constraint", "'nodes' is empty")]
    [InlineData("""{"allow": true, "constraints": {"isolation": "very"}}""", "policy.constraint", "'isolation' is \"very\"")]
    [InlineData("""{"allow": true, "constraints": {"priceCeiling": 5}}""", "policy.constraint", "'priceCeiling' is 5")]
    [InlineData("""{"allow": true, "constraints": {"priceCeiling": "5 USD"}, "limits": {"max_micros": 5}}""", "policy.constraint", "USD and in EUR")]
    [InlineData("""{"allow": true, "constraints": {"deadline": 30}}""", "policy.constraint", "'deadline' is 30")]
    [InlineData("""{"allow": true, "constraints": {"inputBytes": "1 MB"}}""", "policy.constraint", "'inputBytes' is")]
    [InlineData("""{"allow": true, "constraints": {"inputBytes": 9}}""", "policy.input-bytes", "than the 9")]
    [InlineData("""{"allow": true, "constraints": {"redact": ["/a"]}}""", "policy.constraint", "'redact' is")]
    [InlineData("""{"allow": true, "constraints": {"redact": {"worker": ["/a"]}}}""", "policy.constraint", "'worker'")]
    [InlineData("""{"allow": true, "constraints": {"redact": {"input": ["/"]}}}""", "policy.constraint", "'/'")]
    [InlineData("""{"allow": true, "constraints": {"redact": {"input": ["/a~2"]}}}""", "policy.constraint", "'/a~2'")]
    [InlineData("""{"allow": true, "limits": {"max_micros": -1}}""", "policy.constraint", "'max_micros' is -1")]
    [InlineData("""{"allow": true, "limits": {"max_watts": 1}}""", "policy.constraint", "'max_watts'")]
    [InlineData("""{"allow": true, "limits": {"max_bytes": 9}}""", "policy.input-bytes", "than the 9")]
    public void What_cannot_be_obeyed_denies_and_is_named(string term, string rule, string says)
    {
        var answer = Gate.Answer(term);
        Assert.Equal((false, rule), (answer.Allowed, answer.Rule));
        Assert.Contains(says, answer.Why, StringComparison.Ordinal);
        Assert.Contains(says, answer.Error!, StringComparison.Ordinal);
        Assert.Same(Constraints.None, answer.Constraints);
    }

    [Fact]
    public void Constraints_limits_and_obligations_come_together_and_the_stricter_holds()
    {
        var answer = Gate.Answer("""
            {
              "allow": true,
              "constraints": {
                "zones": {"de", "fr"}, "nodes": ["node-2"], "isolation": "strong+", "priceCeiling": "0.05 EUR", "deadline": "30s", "inputBytes": 10,
                "redact": {"input": ["/a/b"], "output": ["/c"]},
              },
              "limits": {"max_micros": 20000, "max_seconds": 60, "max_bytes": 1000},
              "obligations": {{"kind": "redact", "fields": ["email", "/a/b"]}, {"kind": "redact", "from": "output", "fields": ["/d"]}, {"kind": "retain", "days": 90}},
            }
            """);
        Assert.True(answer.Allowed, answer.Why);
        var constraints = answer.Constraints;
        Assert.Equal(["de", "fr"], constraints.Zones.Select(z => z.Value));
        Assert.Equal(["node-2"], constraints.Nodes!.Value.Select(n => n.Value));
        Assert.Equal((IsolationLevel.StrongPlus, Money.Parse("0.02 EUR"), Duration.Parse("30s")), (constraints.MinIsolation, constraints.PriceCeiling, constraints.Deadline));
        Assert.Equal(["/a/b", "/email"], constraints.Redact!.Input.Order());
        Assert.Equal(["/c", "/d"], constraints.Redact.Output.Order());
        Assert.Equal(["redact /d", "redact /email,/a/b", "retain 90d"], answer.Obligations.Select(o => o.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(PolicyTopic.Offer)]
    [InlineData(PolicyTopic.Admin)]
    [InlineData(PolicyTopic.Export)]
    [InlineData(PolicyTopic.Call)]
    public void Only_jobs_have_constraints(PolicyTopic topic)
    {
        Assert.True(Gate.Answer("""{"allow": true, "rule": "r"}""", topic).Allowed);
        Assert.Equal(GateRules.Constraint, Gate.Answer("""{"allow": true, "constraints": {"zones": ["de"]}}""", topic).Rule);
        Assert.Equal(GateRules.Constraint, Gate.Answer("""{"allow": true, "limits": {"max_bytes": 100}}""", topic).Rule);
    }

    [Theory]
    [InlineData("decision := {\"allow\": true} if input.nothing", "policy.undefined", "says nothing")]
    [InlineData("other := 1", "policy.undefined", "says nothing")]
    [InlineData("decision := {\"allow\": true} if { count(input.version) > 0 }\ndecision := {\"allow\": false}", "policy.failed", "made an error")]
    [InlineData("decision := {\"allow\": true} if { not 1 / input.zero == 1 }", "policy.failed", "made an error")]
    [InlineData("decision := {\"allow\": true} if { count([1 | some i in numbers.range(1, 1000); some j in numbers.range(1, 1000)]) > 0 }", "policy.limit", "took too much")]
    [InlineData("decision := {\"allow\": true} if { count(numbers.range(1, 100000000)) > 0 }", "policy.limit", "took too much")]
    public void A_policy_that_is_silent_errs_or_takes_too_much_denies(string rego, string rule, string says)
    {
        var answer = Gate.Set(rego).Ask(PolicyTopic.Job, JsonIn.Read("""{"version": "x", "zero": 0}"""));
        Assert.False(answer.Allowed);
        Assert.Equal(rule, answer.Rule);
        Assert.Contains(says, answer.Why, StringComparison.Ordinal);
        Assert.NotNull(answer.Error);
        Assert.NotEqual(default, answer.Digest);
    }

    [Fact]
    public void Topics_other_than_jobs_fall_back_to_the_standard_set_and_jobs_never_do()
    {
        var standard = Gate.Set("package crank.access\ndecision := {\"allow\": true}", "standard/1");
        var offers = Gate.Set("package crank.offers\ndecision := {\"allow\": true, \"rule\": \"standard\"}", "standard/1");
        var mine = Gate.Set("package crank.other\nx := 1", standard: offers);
        Assert.Equal(("standard", "standard/1"), (mine.Ask(PolicyTopic.Offer, ObjectValue.Empty).Rule, mine.Ask(PolicyTopic.Offer, ObjectValue.Empty).Revision));
        Assert.Equal(GateRules.Undefined, Gate.Set("package crank.other\nx := 1", standard: standard).Ask(PolicyTopic.Job, ObjectValue.Empty).Rule);
        Assert.Equal("own", Gate.Set("package crank.offers\ndecision := {\"allow\": false, \"rule\": \"own\"}", standard: offers).Ask(PolicyTopic.Offer, ObjectValue.Empty).Rule);
    }

    [Fact]
    public void The_mesh_puts_its_own_documents_beside_those_of_the_operator()
    {
        var set = Gate.Set("decision := {\"allow\": data.mesh.open, \"rule\": data.mine.name, \"reasons\": [data.mesh.word]}", data: """{"mine": {"name": "n"}, "mesh": {"open": false, "word": "w"}}""");
        Assert.False(set.Ask(PolicyTopic.Job, ObjectValue.Empty).Allowed);
        var with = set.With(JsonIn.Read("""{"open": true}""").AsObject());
        Assert.Equal((true, "n", "w"), (with.Ask(PolicyTopic.Job, ObjectValue.Empty).Allowed, with.Ask(PolicyTopic.Job, ObjectValue.Empty).Rule, with.Ask(PolicyTopic.Job, ObjectValue.Empty).Why));
        Assert.Equal((set.Revision, set.Digest), (with.Revision, with.Digest));
        Assert.False(with.With(JsonIn.Read("{}").AsObject()).Ask(PolicyTopic.Job, ObjectValue.Empty).Allowed);
    }
}
