using System.Text;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Rego.Tests.Decide;

public sealed class DecisionTests
{
    private const string Endless = """
        xs := numbers.range(1, 2000)

        p if {
            some a in xs
            some b in xs
            some c in xs
            a + b + c < 0
        }
        """;

    [Fact]
    public void A_query_has_the_value_of_its_rule() =>
        Assert.Equal("""{"allow":true,"user":"ann"}""", Policies.Answer("""p := {"allow": true, "user": input.user}""", """{"user": "ann"}"""));

    [Fact]
    public void A_rule_without_an_answer_is_undefined()
    {
        var decision = Policies.Ask("p if input.user == \"ann\"", """{"user": "bob"}""");

        Assert.False(decision.IsDefined);
        Assert.Null(decision.ToJson());
    }

    [Fact]
    public void A_builtin_that_refuses_its_arguments_ends_the_decision()
    {
        var error = Assert.Throws<EvaluationException>(() => Policies.Ask("p if not to_number(input.n) > 5", """{"n": "many"}"""));

        Assert.Equal(EvaluationException.Builtin, error.Code);
        Assert.StartsWith("t.rego:3: eval_builtin_error: to_number: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_builtin_that_refuses_its_arguments_is_undefined_where_errors_are_not_strict() =>
        Assert.Equal("true", Policies.Ask("p if not q\n\nq if to_number(input.n) > 5", """{"n": "many"}""", options: new() { StrictBuiltinErrors = false }).ToJson());

    [Theory]
    [InlineData("p := 1 if input.a\n\np := 2 if input.b", "complete rules must not produce multiple outputs")]
    [InlineData("p := x if some x in [1, 2]", "complete rules must not produce multiple outputs")]
    [InlineData("p := f(1)\n\nf(x) := x if input.a\n\nf(x) := x + 1 if input.b", "functions must not produce multiple outputs for same inputs")]
    [InlineData("p := {k: v | some k in [1, 1]; some v in [1, 2]}", "object keys must be unique")]
    [InlineData("p[k] := v if { some k in [1, 1]; some v in [1, 2] }", "object keys must be unique")]
    public void Answers_that_disagree_are_an_error_on_both_back_ends(string rules, string message)
    {
        foreach (var backend in (PolicyBackend[])[PolicyBackend.Nodes, PolicyBackend.Expressions])
        {
            var error = Assert.Throws<EvaluationException>(() => Policies.Ask(rules, """{"a": true, "b": true}""", options: new() { Backend = backend }));
            Assert.Equal(EvaluationException.Conflict, error.Code);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(PolicyBackend.Nodes)]
    [InlineData(PolicyBackend.Expressions)]
    public void A_cross_product_ends_at_its_steps(PolicyBackend backend)
    {
        var prepared = Policies.Compile(Endless, new() { Backend = backend }).Prepare("data.t.p");

        Assert.Throws<LimitException>(() => prepared.Decide(Value.Undefined, new DecisionLimits { Steps = 200_000, Time = null }));
    }

    [Fact]
    public void A_decision_ends_at_its_time_limit()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(10) };
        var prepared = Policies.Compile(Endless, new() { Clock = clock }).Prepare("data.t.p");

        Assert.Throws<LimitException>(() => prepared.Decide(Value.Undefined, new DecisionLimits { Steps = long.MaxValue, Time = TimeSpan.FromSeconds(1) }));
    }

    [Fact]
    public void A_cancelled_decision_ends()
    {
        var prepared = Policies.Compile(Endless).Prepare("data.t.p");

        Assert.Throws<OperationCanceledException>(() => prepared.Decide(Value.Undefined, cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public void After_an_error_the_same_query_still_answers()
    {
        var prepared = Policies.Compile("p := 1 if input.a\n\np := 2 if input.b").Prepare("data.t.p");

        Assert.Throws<EvaluationException>(() => prepared.Decide("""{"a": 1, "b": 1}"""u8));
        Assert.Equal("2", prepared.Decide("""{"b": 1}"""u8).ToJson());
        Assert.False(prepared.Decide("{}"u8).IsDefined);
    }

    [Fact]
    public void An_input_that_is_too_large_or_no_json_is_refused()
    {
        var prepared = Policies.Compile("p := true").Prepare("data.t.p");

        Assert.Throws<ValueFormatException>(() => prepared.Decide("\"0123456789\""u8, new DecisionLimits { InputBytes = 10 }));
        Assert.Throws<ValueFormatException>(() => prepared.Decide("{"u8));
    }

    [Fact]
    public void What_depends_on_time_and_chance_is_recorded_and_can_be_replayed()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1));
        var prepared = Policies.Compile("p := [time.now_ns(), rand.intn(\"a\", 1000000000), rand.intn(\"a\", 1000000000)]", new() { Clock = clock }).Prepare("data.t.p");
        var first = prepared.Decide(Value.Undefined);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(first.Result.AsArray()[1], first.Result.AsArray()[2]);
        Assert.NotEqual(first.Result.AsArray()[0], prepared.Decide(Value.Undefined).Result.AsArray()[0]);
        Assert.Equal(first.Result, prepared.Decide(Value.Undefined, recorded: first.Recorded).Result);
    }

    [Fact]
    public void A_decision_that_depends_on_its_input_alone_records_nothing() => Assert.Null(Policies.Ask("p := count(input)").Recorded);

    [Fact]
    public async Task Decisions_under_a_change_of_data_see_the_old_or_the_new_and_never_both()
    {
        var policies = Policies.Compile("p := [data.a.x, data.b.x, q]\n\nq := data.a.x + data.b.x");
        var current = policies.Prepare("data.t.p", At(0));
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var mixed = 0;
            do
            {
                var seen = Volatile.Read(ref current).Decide(Value.Undefined).Result.AsArray();
                mixed += seen[0] == seen[1] && Arithmetic.Add(seen[0], seen[1]) == seen[2] ? 0 : 1;
            }
            while (!stop.IsCancellationRequested);
            return mixed;
        })).ToArray();
        for (var i = 1; i <= 300; i++)
        {
            Volatile.Write(ref current, current.Over(At(i)));
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), mixed => Assert.Equal(0, mixed));
        Assert.Equal("[300,300,600]", current.Decide(Value.Undefined).ToJson());

        Snapshot At(int n) => Snapshot.Read(policies, Encoding.UTF8.GetBytes($$"""{"a": {"x": {{n}} }, "b": {"x": {{n}} } }"""));
    }

    [Fact]
    public void The_deepest_input_is_walked_compared_and_written()
    {
        var input = new string('[', JsonIn.MaxDepth - 1) + new string(']', JsonIn.MaxDepth - 1);

        Assert.Equal(
            $$"""{"deep":{{JsonIn.MaxDepth - 1}},"same":true}""",
            Policies.Answer("""p := {"deep": count({x | walk(input.x, [x, _])}), "same": {input.x} == {input.x, input.x}}""", $$"""{"x": {{input}}}"""));
    }

    [Fact]
    public void A_hot_query_gives_the_same_answers_once_it_is_compiled()
    {
        var prepared = Policies.Compile("p contains x if some x in input.xs").Prepare("data.t.p");

        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal($"[{i}]", prepared.Decide(Encoding.UTF8.GetBytes($$"""{"xs": [{{i}}, {{i}}]}""")).ToJson()));
    }

    [Fact]
    public void Two_sets_of_the_same_texts_have_the_same_digest_and_others_another()
    {
        Assert.Equal(Policies.Compile("p := 1").Digest, Policies.Compile("p := 1").Digest);
        Assert.NotEqual(Policies.Compile("p := 1").Digest, Policies.Compile("p := 2").Digest);
    }

    [Fact]
    public void A_policy_that_is_wrong_is_refused_with_the_place()
    {
        var error = Assert.Throws<PolicyException>(() => Policies.Compile("p if x > 1"));

        Assert.Equal("rego_unsafe_var_error", Assert.Single(error.Errors).Code);
        Assert.Equal(3, error.Errors[0].Row);
    }

    [Fact]
    public void A_query_that_names_nothing_is_undefined_and_one_that_is_no_rego_is_refused()
    {
        var policies = Policies.Compile("p := 1");

        Assert.False(policies.Prepare("data.t.q").Decide(Value.Undefined).IsDefined);
        Assert.Throws<PolicyException>(() => policies.Prepare("data.t.p +"));
    }

    [Fact]
    public void A_query_with_variables_gives_one_object_for_each_answer() => Assert.Equal(
        """[{"x":1,"y":2},{"x":2,"y":3}]""",
        Policies.Compile("p := [1, 2]").PrepareAnswers("some x in data.t.p; y = x + 1").Decide(Value.Undefined).ToJson());

    [Fact]
    public void An_instrumented_set_tells_which_conditions_were_reached()
    {
        var probes = new Probes();
        Policies.Compile("p if {\n    input.a\n    input.b\n}", new() { Instrumented = true }).Prepare("data.t.p")
            .Observe(JsonIn.Read("""{"a": false}"""), probes);

        Assert.Equal([3, 4], probes.Counts.Keys.Select(k => k.Row).Distinct().Order());
    }
}
