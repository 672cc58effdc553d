using System.Text;
using System.Text.Json.Nodes;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Tests.Bundles;
using Crank.Rego.Values;
using CsCheck;
using static Crank.Rego.Tests.Plan.Plans;

namespace Crank.Rego.Tests.Plan;

public sealed class ImportedPlanTests
{
    // allow if some role in data.roles[input.user]; role == "admin"
    private static Plans Access()
    {
        var plans = new Plans();
        return plans
            .Function("g0.data.a.p", [0, 1], ["g0", "a", "p"],
                Block(
                    Do("ResetLocalStmt", ("target", 3)),
                    Do("DotStmt", ("source", Local(0)), ("key", plans.Text("user")), ("target", 4)),
                    Do("DotStmt", ("source", Local(1)), ("key", plans.Text("roles")), ("target", 5)),
                    Do("DotStmt", ("source", Local(5)), ("key", Local(4)), ("target", 6)),
                    Do("ScanStmt", ("source", 6), ("key", 7), ("value", 8), ("block", Block(
                        Do("EqualStmt", ("a", Local(8)), ("b", plans.Text("admin"))),
                        Do("AssignVarOnceStmt", ("source", True), ("target", 3)))))),
                Block(Do("IsDefinedStmt", ("source", 3)), Do("AssignVarOnceStmt", ("source", Local(3)), ("target", 2))),
                Block(Do("IsUndefinedStmt", ("source", 2)), Do("AssignVarStmt", ("source", False), ("target", 2))),
                Block(Do("ReturnLocalStmt", ("source", 2))))
            .Entrypoint("a/p", 2, Block(plans.Call("g0.data.a.p", 2, Local(0), Local(1))));
    }

    [Theory]
    [InlineData("""{"user": "ann"}""", "true")]
    [InlineData("""{"user": "bob"}""", "false")]
    [InlineData("null", "false")]
    public void A_rule_is_decided_over_input_and_data(string input, string wanted) =>
        Assert.Equal(wanted, Access().Ask(input, """{"roles": {"ann": ["guest", "admin"], "bob": ["guest"]}}"""));

    [Fact]
    public void A_plan_is_asked_by_entrypoint_or_reference_and_answers_nothing_else()
    {
        var policies = PolicySet.Import(Access().Bytes());
        Assert.Equal(["a/p"], policies.Entrypoints);
        Assert.True(policies.Prepare("data.a.p").Decide("null"u8).Result.IsFalse);
        Assert.Equal("""[{"result":false}]""", policies.PrepareAnswers("a/p").Decide("null"u8).ToJson());
        Assert.Contains("it has a/p", Assert.Throws<PolicyException>(() => policies.Prepare("data.a.q")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_with_a_plan_and_no_text_is_run_by_the_plan()
    {
        var text = Encoding.UTF8.GetString(Access().Bytes());
        var bundle = Archives.Read(Archives.Pack(("plan.json", text), ("data.json", """{"roles": {"ann": ["admin"]}}""")));
        var policies = bundle.Compile();
        Assert.True(policies.Prepare("data.a.p", bundle.ToSnapshot(policies)).Decide("""{"user": "ann"}"""u8).Result.IsTrue);
        Assert.Contains("plan.json", Assert.Throws<PolicyException>(() => Archives.Read(Archives.Pack(("plan.json", "{}"))).Compile()).Message, StringComparison.Ordinal);
        Assert.Null(Archives.Read(Archives.Pack(("plan.json", text), ("a.rego", "package a\n\nq := 1\n"))).Compile().Entrypoints);
    }

    // p := one value for each statement that makes or changes one.
    [Fact]
    public void Values_are_made_changed_and_shared_as_by_reference()
    {
        var plans = new Plans();
        plans.Entrypoint("a/p", 2, Block(
            Do("NopStmt"),
            Do("MakeArrayStmt", ("target", 2), ("capacity", 1)),
            Do("MakeNullStmt", ("target", 3)),
            Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2)),
            Do("MakeNumberIntStmt", ("value", -7L), ("target", 3)),
            Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2)),
            Do("MakeNumberRefStmt", ("Index", plans.Index("3.10")), ("target", 3)),
            Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2)),
            Do("AssignIntStmt", ("value", 4), ("target", 3)),
            Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2)),
            Do("MakeSetStmt", ("target", 4)),
            Do("SetAddStmt", ("value", True), ("set", 4)),
            Do("SetAddStmt", ("value", True), ("set", 4)),
            Do("SetAddStmt", ("value", plans.Text("x")), ("set", 4)),
            Do("ArrayAppendStmt", ("value", Local(4)), ("array", 2)),
            Do("LenStmt", ("source", Local(4)), ("target", 5)),
            Do("ArrayAppendStmt", ("value", Local(5)), ("array", 2)),

            // An object is put into another first and filled afterwards.
            Do("MakeObjectStmt", ("target", 6)),
            Do("MakeObjectStmt", ("target", 7)),
            Do("ObjectInsertStmt", ("key", plans.Text("inner")), ("value", Local(7)), ("object", 6)),
            Do("DotStmt", ("source", Local(6)), ("key", plans.Text("inner")), ("target", 8)),
            Do("ObjectInsertOnceStmt", ("key", plans.Text("x")), ("value", True), ("object", 8)),
            Do("ObjectInsertOnceStmt", ("key", plans.Text("x")), ("value", True), ("object", 8)),
            Do("ArrayAppendStmt", ("value", Local(6)), ("array", 2)),
            Do("ObjectMergeStmt", ("a", 6), ("b", 0), ("target", 9)),
            Do("ArrayAppendStmt", ("value", Local(9)), ("array", 2))));
        Assert.Equal("""[null,-7,3.10,4,[true,"x"],2,{"inner":{"x":true}},{"inner":{"x":true,"y":1},"z":2}]""", plans.Ask("""{"inner": {"x": 5, "y": 1}, "z": 2}"""));
    }

    [Fact]
    public void What_was_not_made_here_is_copied_before_it_is_changed()
    {
        var plans = new Plans();
        plans.Entrypoint("a/p", 2, Block(
            Do("DotStmt", ("source", Local(1)), ("key", plans.Text("o")), ("target", 2)),
            Do("ObjectInsertStmt", ("key", plans.Text("new")), ("value", True), ("object", 2)),
            Do("DotStmt", ("source", Local(1)), ("key", plans.Text("l")), ("target", 3)),
            Do("ArrayAppendStmt", ("value", True), ("array", 3)),
            Do("ObjectInsertStmt", ("key", plans.Text("l")), ("value", Local(3)), ("object", 2))));
        var policies = PolicySet.Import(plans.Bytes());
        var query = policies.Prepare("a/p", Snapshot.Read(policies, """{"o": {}, "l": [1]}"""u8));
        Assert.Equal("""{"l":[1,true],"new":true}""", query.Decide("null"u8).ToJson());
        Assert.Equal("""{"l":[1],"o":{}}""", JsonOut.Write(query.Snapshot.Data));
    }

    [Fact]
    public void A_break_leaves_as_many_blocks_as_it_says()
    {
        // Like a disjunction inside a loop: each element answers in one of two ways, or not at all.
        var plans = new Plans();
        plans.Entrypoint("a/p", 2,
            Block(Do("MakeArrayStmt", ("target", 2), ("capacity", 0))),
            Block(
                Do("ScanStmt", ("source", 0), ("key", 3), ("value", 4), ("block", Block(
                    Do("BlockStmt", ("blocks", Blocks(
                        Block(Do("BlockStmt", ("blocks", Blocks(Block(Do("EqualStmt", ("a", Local(4)), ("b", plans.Text("skip"))), Do("BreakStmt", ("index", 3))))))),
                        Block(Do("IsArrayStmt", ("source", Local(4))), Do("AssignVarStmt", ("source", plans.Text("array")), ("target", 5)), Do("BreakStmt", ("index", 1))),
                        Block(Do("AssignVarStmt", ("source", plans.Text("other")), ("target", 5)))))),
                    Do("ArrayAppendStmt", ("value", Local(5)), ("array", 2)))))));

        // 'Break 1' in the second block leaves the loop's body too: nothing is appended for arrays; 'Break 3' ends the loop.
        Assert.Equal("""["other","other"]""", plans.Ask("""[1, [], {}, "skip", 2]"""));
        Assert.Equal("""["other"]""", plans.Ask("""{"a": [], "b": 1}"""));
    }

    [Theory]
    [InlineData("IsArrayStmt", "[1]", true), InlineData("IsArrayStmt", "{}", false)]
    [InlineData("IsObjectStmt", "{}", true), InlineData("IsObjectStmt", "1", false)]
    [InlineData("IsSetStmt", "[]", false)]
    [InlineData("EqualStmt", "\"x\"", true), InlineData("EqualStmt", "1", false)]
    [InlineData("NotEqualStmt", "\"x\"", false), InlineData("NotEqualStmt", "1", true)]
    [InlineData("DotStmt", """{"x": false}""", true), InlineData("DotStmt", "1", false)]
    [InlineData("LenStmt", "\"é😀\"", true), InlineData("LenStmt", "1", false)]
    [InlineData("ScanStmt", "[1]", true), InlineData("ScanStmt", "[]", false), InlineData("ScanStmt", "1", false)]
    public void A_statement_that_does_not_hold_ends_its_block_and_what_is_negated_holds_then(string type, string input, bool holds)
    {
        var plans = new Plans();
        JsonObject Statement() => Do(type, [("source", type == "ScanStmt" ? 0 : Local(0)), ("a", Local(0)), ("b", plans.Text("x")), ("key", type == "ScanStmt" ? 4 : plans.Text("x")), ("value", 5), ("target", 6), ("block", Block())]);
        plans.Entrypoint("a/p", 2, Block(Statement(), Do("MakeNumberIntStmt", ("value", 1), ("target", 2))), Block(Do("NotStmt", ("block", Block(Statement()))), Do("MakeNumberIntStmt", ("value", 2), ("target", 2))));
        Assert.Equal(holds ? "1" : "2", plans.Ask(input));
    }

    [Fact]
    public void With_replaces_a_part_and_rules_are_computed_anew_inside_it()
    {
        var plans = new Plans();
        plans.Function("f", [0, 1], null,
            Block(Do("DotStmt", ("source", Local(0)), ("key", plans.Text("u")), ("target", 3)), Do("DotStmt", ("source", Local(3)), ("key", plans.Text("n")), ("target", 2))),
            Block(Do("ReturnLocalStmt", ("source", 2))));
        var path = new JsonArray(plans.Index("u"), plans.Index("n"));
        plans.Entrypoint("a/p", 2,
            Block(Do("MakeArrayStmt", ("target", 2), ("capacity", 4))),
            Block(plans.Call("f", 3, Local(0), Local(1)), Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2))),
            Block(
                Do("WithStmt", ("local", 0), ("path", path), ("value", plans.Text("mocked")), ("block", Block(plans.Call("f", 3, Local(0), Local(1)), Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2))))),
                Do("ArrayAppendStmt", ("value", plans.Text("held")), ("array", 2))),
            Block(
                Do("WithStmt", ("local", 0), ("path", new JsonArray()), ("value", True), ("block", Block(plans.Call("f", 3, Local(0), Local(1))))),
                Do("ArrayAppendStmt", ("value", plans.Text("not reached")), ("array", 2))),
            Block(plans.Call("f", 3, Local(0), Local(1)), Do("ArrayAppendStmt", ("value", Local(3)), ("array", 2))));
        Assert.Equal("""["n","mocked","held","n"]""", plans.Ask("""{"u": {"n": "n", "m": 1}}"""));
        Assert.Equal("""["mocked","held"]""", plans.Ask("7"));
    }

    [Fact]
    public void A_function_is_found_by_its_path_as_the_values_of_locals_say()
    {
        var plans = new Plans();
        foreach (var name in (string[])["x", "y"])
        {
            plans.Function($"g0.{name}", [0, 1], ["g0", name], Block(Do("AssignVarStmt", ("source", plans.Text(name)), ("target", 2)), Do("ReturnLocalStmt", ("source", 2))));
        }

        plans.Entrypoint("a/p", 2, Block(Do("CallDynamicStmt", ("path", new JsonArray(plans.Text("g0"), Local(0))), ("args", new JsonArray(0, 1)), ("result", 2))));
        Assert.Equal("\"y\"", plans.Ask("\"y\""));
        Assert.Null(plans.Ask("\"z\""));
        Assert.Null(plans.Ask("1"));
    }

    [Fact]
    public void Builtins_are_ours_and_their_errors_end_the_decision()
    {
        var plans = new Plans();
        plans.Entrypoint("a/p", 2, Block(plans.Builtin("to_number", 3, Local(0)), plans.Builtin("plus", 2, Local(3), Local(3))));
        Assert.Equal("3", plans.Ask("\"1.5\""));
        var refused = Assert.Throws<EvaluationException>(() => plans.Ask("\"x\""));
        Assert.Equal(("eval_builtin_error", "access.rego"), (refused.Code, refused.At?.File));
    }

    [Theory]
    [InlineData(3, "functions must not produce multiple outputs for same inputs")]
    [InlineData(2, "complete rules must not produce multiple outputs")]
    public void Two_values_for_one_rule_are_a_conflict(int parameters, string message)
    {
        var plans = new Plans();
        plans.Function("f", [.. Enumerable.Range(0, parameters)], null, Block(Do("AssignVarOnceStmt", ("source", True), ("target", 5)), Do("AssignVarOnceStmt", ("source", False), ("target", 5))));
        plans.Entrypoint("a/p", 2, Block(plans.Call("f", 2, [.. Enumerable.Repeat(0, parameters).Select(_ => Local(1))])));
        var conflict = Assert.Throws<EvaluationException>(() => plans.Ask());
        Assert.Equal(EvaluationException.Conflict, conflict.Code);
        Assert.Contains(message, conflict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ObjectInsertOnceStmt", "object keys must be unique")]
    [InlineData("ObjectMergeStmt", "only objects can be merged")]
    public void Objects_that_do_not_fit_are_a_conflict(string type, string message)
    {
        var plans = new Plans();
        plans.Entrypoint("a/p", 2, Block(
            Do("MakeObjectStmt", ("target", 2)),
            Do("ObjectInsertStmt", ("key", plans.Text("k")), ("value", True), ("object", 2)),
            Do(type, ("key", plans.Text("k")), ("value", False), ("object", 2), ("a", 2), ("b", 0), ("target", 3))));
        Assert.Contains(message, Assert.Throws<EvaluationException>(() => plans.Ask()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "JumpStmt", "stmt": {}}""", "plans.plans[0].blocks[0].stmts[0]: there is no statement 'JumpStmt'")]
    [InlineData("""{"type": "DotStmt", "stmt": {"source": {"type": "local", "value": -1}, "key": {"type": "bool", "value": true}, "target": 2}}""", "'operand' is no local")]
    [InlineData("""{"type": "DotStmt", "stmt": {"source": {"type": "string_index", "value": 99}, "target": 2}}""", "there is no string 99")]
    [InlineData("""{"type": "EqualStmt", "stmt": {"a": {"type": "bool", "value": true}}}""", "'b' is missing")]
    [InlineData("""{"type": "EqualStmt", "stmt": {"a": {"type": "float", "value": 1}}}""", "is no operand")]
    [InlineData("""{"type": "BreakStmt", "stmt": {"index": 1}}""", "'index' must be an integer from 0 to 0")]
    [InlineData("""{"type": "CallStmt", "stmt": {"func": "nobody", "args": [], "result": 2}}""", "there is no function 'nobody'")]
    [InlineData("""{"type": "MakeNumberRefStmt", "stmt": {"Index": 0, "target": 2}}""", "'result' is no number")]
    [InlineData("""{"type": "NotStmt", "stmt": {}}""", "block must be an object")]
    [InlineData("""{"type": "BlockStmt", "stmt": {"blocks": 7}}""", "'blocks' must be an array")]
    [InlineData("7", "this must be an object")]
    public void A_malformed_plan_is_refused_with_its_place(string statement, string message)
    {
        var plan = new Plans().Entrypoint("a/p", 2, Block()).Json();
        plan["plans"]!["plans"]![0]!["blocks"]![0]!["stmts"]!.AsArray().Add(JsonNode.Parse(statement));
        var refused = Assert.Throws<PolicyException>(() => PolicySet.Import(Encoding.UTF8.GetBytes(plan.ToJsonString())));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("plan.json", refused.Errors[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("{}", "there is no plan in it")]
    [InlineData("""{"static": {"builtin_funcs": [{"name": "shell.run"}]}}""", "the builtin 'shell.run' is not supported")]
    [InlineData("""{"funcs": {"funcs": [{"name": "f", "params": [0], "blocks": []}]}}""", "at least two parameters")]
    [InlineData("""{"funcs": {"funcs": [{"name": "f", "params": [0, 0], "blocks": []}]}}""", "no local twice")]
    [InlineData("""{"funcs": {"funcs": [{"name": "f", "params": [0, 1]}, {"name": "f", "params": [0, 1]}]}}""", "there are two functions 'f'")]
    public void What_is_no_plan_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<PolicyException>(() => PolicySet.Import(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_function_that_calls_itself_ends()
    {
        var plans = new Plans();
        plans.Function("f", [0, 1], ["g0", "f"], Block(Do("CallDynamicStmt", ("path", new JsonArray(plans.Text("g0"), plans.Text("f"))), ("args", new JsonArray(0, 1)), ("result", 2))));
        plans.Entrypoint("a/p", 2, Block(plans.Call("f", 2, Local(0), Local(1))));
        Assert.Throws<LimitException>(() => plans.Ask());
    }

    [Fact]
    public void Loops_in_loops_end_at_the_limit_of_steps()
    {
        var plans = new Plans();
        JsonNode statement = Do("NopStmt");
        for (var depth = 0; depth < 30; depth++)
        {
            statement = Do("ScanStmt", ("source", 0), ("key", 3), ("value", 4), ("block", Block(statement)));
        }

        plans.Entrypoint("a/p", 2, Block(statement));
        Assert.Throws<LimitException>(() => Ask(plans.Bytes(), input: "[1, 2, 3, 4, 5]", limits: new() { Steps = 100_000, Time = null }));
    }

    [Fact]
    public void Blocks_nested_too_deep_are_refused()
    {
        JsonNode statement = Do("NopStmt");
        for (var depth = 0; depth < 220; depth++)
        {
            statement = Do("BlockStmt", ("blocks", Blocks(Block(statement))));
        }

        // Deeper than documents may nest, or deeper than blocks may.
        Assert.Throws<PolicyException>(() => PolicySet.Import(new Plans().Entrypoint("a/p", 2, Block(statement)).Bytes()));
    }

    [Fact]
    public void A_plan_with_a_part_changed_is_refused_or_runs_to_an_end()
    {
        var bytes = Access().Bytes();
        var limits = new DecisionLimits { Steps = 10_000, Time = null };
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Char["0129-{}[],:\"aS"].Select(c => (byte)c)).Array[1, 4].Sample(changes =>
        {
            var changed = (byte[])bytes.Clone();
            foreach (var (at, octet) in changes)
            {
                changed[at] = octet;
            }

            try
            {
                Ask(changed, input: """{"user": "ann"}""", data: """{"roles": {"ann": ["admin"]}}""", limits: limits);
            }
            catch (Exception e) when (e is PolicyException or EvaluationException or LimitException)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 3_000);
    }
}
