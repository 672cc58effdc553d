using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Decide;

public sealed class DecisionLogTests
{
    private static readonly DecisionEvent s_event = new()
    {
        DecisionId = "d1",
        Timestamp = new(2026, 11, 26, 3, 4, 5, 678, TimeSpan.Zero),
        Path = "app/allow",
        Labels = new Dictionary<string, string> { ["id"] = "mesh" },
        Bundles = new Dictionary<string, string> { ["app"] = "r1" },
        TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        SpanId = "00f067aa0ba902b7",
        Input = JsonIn.Read("""{"user": "ann", "tags": ["a", "b", "c"], "deep": {"x": 1}, "a/b": {"~": 2}}"""),
        Result = JsonIn.Read("""{"allow": true}"""),
        RequestedBy = "acme/ann",
        Metrics = new Dictionary<string, long> { ["timer_rego_query_eval_ns"] = 1_234 },
    };

    [Fact]
    public void An_event_has_the_shape_that_opa_gives_it() => Assert.Equal(
        """
        {"bundles":{"app":{"revision":"r1"}},"decision_id":"d1","input":{"a/b":{"~":2},"deep":{"x":1},"tags":["a","b","c"],"user":"ann"},"labels":{"id":"mesh"},"metrics":{"timer_rego_query_eval_ns":1234},"path":"app/allow","requested_by":"acme/ann","result":{"allow":true},"span_id":"00f067aa0ba902b7","timestamp":"2026-11-26T03:04:05.6780000Z","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}
        """,
        JsonOut.Write(s_event.ToValue()));

    [Theory]
    [InlineData("""["/input/user"]""", """{"a/b":{"~":2},"deep":{"x":1},"tags":["a","b","c"]}""", "/input/user", null)]
    [InlineData("""["/input/tags/1"]""", """{"a/b":{"~":2},"deep":{"x":1},"tags":["a","c"],"user":"ann"}""", "/input/tags/1", null)]
    [InlineData("""["/input/a~1b/~0"]""", """{"a/b":{},"deep":{"x":1},"tags":["a","b","c"],"user":"ann"}""", "/input/a~1b/~0", null)]
    [InlineData("""["/input/a%2Fb"]""", """{"deep":{"x":1},"tags":["a","b","c"],"user":"ann"}""", "/input/a%2Fb", null)]
    [InlineData("""["/input/none", "/input/tags/3", "/input/tags/x", "/input/user/x"]""", """{"a/b":{"~":2},"deep":{"x":1},"tags":["a","b","c"],"user":"ann"}""", null, null)]
    [InlineData("""[{"op": "upsert", "path": "/input/user", "value": "**"}]""", """{"a/b":{"~":2},"deep":{"x":1},"tags":["a","b","c"],"user":"**"}""", null, "/input/user")]
    [InlineData("""[{"op": "upsert", "path": "/input/new/y", "value": 7}]""", """{"a/b":{"~":2},"deep":{"x":1},"new":{"y":7},"tags":["a","b","c"],"user":"ann"}""", null, "/input/new/y")]
    [InlineData("""[{"op": "upsert", "path": "/input", "value": {"none": true}}]""", """{"none":true}""", null, "/input")]
    [InlineData("""[{"op": "remove", "path": "/input/deep"}]""", """{"a/b":{"~":2},"tags":["a","b","c"],"user":"ann"}""", "/input/deep", null)]
    public void A_mask_removes_and_replaces_and_tells_what(string rules, string input, string? erased, string? masked)
    {
        var after = DecisionMask.Of(JsonIn.Read(rules)).Apply(s_event);
        Assert.Equal(input, JsonOut.Write(after.Input));
        Assert.Equal(erased is null ? [] : [erased], after.Erased);
        Assert.Equal(masked is null ? [] : [masked], after.Masked);
    }

    [Fact]
    public void A_whole_input_can_be_removed_and_then_is_not_written()
    {
        var after = DecisionMask.Of(JsonIn.Read("""["/input", "/result/allow"]""")).Apply(s_event);
        Assert.DoesNotContain("ann\"", JsonOut.Write(after.ToValue()).Replace("acme/ann\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(["/input", "/result/allow"], after.Erased);
        Assert.Equal("{}", JsonOut.Write(after.Result));
    }

    [Theory]
    [InlineData("""["/labels/id"]""", "must begin with")]
    [InlineData("""["input/user"]""", "must begin with")]
    [InlineData("""["/input/%zz"]""", "must begin with")]
    [InlineData("""[{"op": "add", "path": "/input"}]""", "'add' of a mask is not known")]
    [InlineData("""[{"path": "/input"}]""", "must have an op")]
    [InlineData("[1]", "must be a path")]
    [InlineData("true", "must be a set or an array")]
    public void A_mask_of_another_form_is_refused(string rules, string why) =>
        Assert.Contains(why, Assert.Throws<ValueFormatException>(() => DecisionMask.Of(JsonIn.Read(rules))).Message, StringComparison.Ordinal);

    [Fact]
    public void Policies_say_what_is_masked_by_the_event_itself()
    {
        var rules = Rules("""
            package system.log

            mask contains "/input/user" if input.path == "app/allow"

            mask contains {"op": "upsert", "path": "/input/deep/x", "value": input.labels.id}

            mask contains "/input/tags" if input.path == "another"
            """);
        var after = rules.Apply(s_event)!;
        Assert.Equal("""{"a/b":{"~":2},"deep":{"x":"mesh"},"tags":["a","b","c"]}""", JsonOut.Write(after.Input));
        Assert.Equal(["/input/user"], after.Erased);
        Assert.Equal(["/input/deep/x"], after.Masked);
    }

    [Fact]
    public void Policies_say_which_events_are_left_out()
    {
        var rules = Rules("package system.log\n\ndrop if input.input.user == \"ann\"\n");
        Assert.Null(rules.Apply(s_event));
        Assert.NotNull(rules.Apply(s_event with { Input = JsonIn.Read("""{"user": "bob"}""") }));
    }

    [Fact]
    public void Without_rules_an_event_stays_as_it_is() => Assert.Same(s_event, Rules("package other\n\nx := 1\n").Apply(s_event));

    [Theory]
    [InlineData("mask contains \"/labels\"")]
    [InlineData("mask := 7")]
    [InlineData("mask contains path if path := time.parse_rfc3339_ns(input.path)")]
    [InlineData("mask contains \"x\" if count(numbers.range(1, 100000000)) > 0")]
    [InlineData("drop := x if x := numbers.range(1, 100000000)[1] == 1")]
    public void Rules_that_fail_show_nothing_of_the_event(string rule)
    {
        var after = Rules($"package system.log\n\n{rule}\n").Apply(s_event)!;
        Assert.True(after.Input.IsUndefined && after.Result.IsUndefined);
        Assert.Equal(["/input", "/result"], after.Erased);
        Assert.NotNull(after.Error);
    }

    [Theory]
    [InlineData("""{"Password": "x"}""", "{}", "/input/Password")]
    [InlineData("""{"headers": [{"Set-Cookie": "x", "n": 1}]}""", """{"headers":[{"n":1}]}""", "/input/headers/0/Set-Cookie")]
    [InlineData("""{"a": {"api_key": 1, "client secret": 2}}""", """{"a":{}}""", "/input/a/api_key", "/input/a/client secret")]
    [InlineData("""{"person": {"e-mail": "a@b.c", "First Name": "Ann"}}""", """{"person":{}}""", "/input/person/First Name", "/input/person/e-mail")]
    [InlineData("""{"passwords_changed": 3, "tokens": 4}""", """{"passwords_changed":3,"tokens":4}""")]
    public void Members_with_secret_or_personal_names_are_erased_without_a_rule(string input, string left, params string[] erased)
    {
        var after = SecretNames.Usual.Apply(s_event with { Input = JsonIn.Read(input) });
        Assert.Equal(left, JsonOut.Write(after.Input));
        Assert.Equal(erased, after.Erased);
    }

    [Fact]
    public void An_operator_adds_names_of_their_own()
    {
        var after = SecretNames.And(["User"]).Apply(s_event);
        Assert.True(after.Input.Get("user").IsUndefined);
        Assert.Equal(["/input/user"], after.Erased);
    }

    [Fact]
    public void Recorded_results_repeat_the_decision_after_a_round_trip()
    {
        var policies = PolicySet.Compile([new("p.rego", """
            package app

            allow := {"now": time.now_ns(), "id": uuid.rfc4122("x"), "n": rand.intn("dice", 1000000)}
            """)]);
        var query = policies.Prepare("data.app.allow");
        var first = query.Decide(ObjectValue.Empty);
        var cache = RecordedBuiltins.ToCache(first.Recorded);
        Assert.Equal(["rand.intn", "time.now_ns", "uuid.rfc4122"], cache.AsObject().Select(static p => p.Key.AsString()));
        Assert.True(cache.Get("time.now_ns").Get("[]").IsDefined);

        foreach (var again in new[] { RecordedBuiltins.FromCache(JsonIn.Read(JsonOut.Write(cache))), RecordedBuiltins.FromList(JsonIn.Read(JsonOut.Write(RecordedBuiltins.ToList(first.Recorded)))) })
        {
            Assert.Equal(first.ToJson(), query.Decide(ObjectValue.Empty, null, again).ToJson());
        }

        Assert.NotEqual(first.ToJson(), query.Decide(ObjectValue.Empty).ToJson());
        Assert.True(RecordedBuiltins.ToCache(null).IsUndefined);
        Assert.Null(RecordedBuiltins.FromCache(default));
    }

    [Fact]
    public void Recorded_results_keep_sets_and_numbers_as_they_were()
    {
        var set = new SetBuilder();
        set.Add("10.0.0.1");
        set.Add(JsonIn.Read("""{"set": [3.0, {"array": null}]}"""));
        var recorded = new Dictionary<Value, Value> { [ArrayValue.Of("net.lookup_ip_addr", "a.example")] = set.ToSet() };
        var read = RecordedBuiltins.FromList(JsonIn.Read(JsonOut.Write(RecordedBuiltins.ToList(recorded))))!;
        Assert.Equal(recorded.Single().Value.ToString(), read[recorded.Single().Key].ToString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[1]")]
    [InlineData("""[[{"array": ["x"]}]]""")]
    [InlineData("""[[{"other": []}, 1]]""")]
    [InlineData("""[[[1], 1]]""")]
    public void A_list_of_recorded_results_of_another_form_is_refused(string text) =>
        Assert.Throws<ValueFormatException>(() => RecordedBuiltins.FromList(JsonIn.Read(text)));

    private static DecisionLogRules Rules(string module)
    {
        var policies = PolicySet.Compile([new("log.rego", module)]);
        return DecisionLogRules.Of(policies, Snapshot.Of(policies, ObjectValue.Empty));
    }
}
