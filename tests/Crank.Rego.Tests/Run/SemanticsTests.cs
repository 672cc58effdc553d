using Crank.Rego.Tests.Decide;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Run;

public sealed class SemanticsTests
{
    [Theory]
    [InlineData("p := [x | some x in {3, 1, 2}]", "[1,2,3]")]
    [InlineData("p := [k | some k, _ in {\"b\": 1, \"a\": 2}]", """["a","b"]""")]
    [InlineData("p := [[k, v] | v := input.o[k]]", """[["a",2],["b",1]]""")]
    public void Arrays_are_filled_in_the_order_of_sets_and_keys(string rules, string wanted) => Assert.Equal(wanted, Policies.Answer(rules, """{"o": {"b": 1, "a": 2}}"""));

    [Theory]
    [InlineData("p := x if [x, {\"b\": 2}] = [1, input.o]", "1")]
    [InlineData("p := [a, b] if { [a, [b, 3]] = input.xs }", "[1,2]")]
    [InlineData("p := v if { {\"b\": v} = input.o }", "2")]
    [InlineData("p if { {\"b\": 2, \"c\": _} = input.o }", null)]
    [InlineData("p := x if input.keys[x] = 2", "\"k2\"")]
    public void Patterns_take_values_apart(string rules, string? wanted) =>
        Assert.Equal(wanted, Policies.Answer(rules, """{"o": {"b": 2}, "xs": [1, [2, 3]], "keys": {"k1": 1, "k2": 2}}"""));

    [Fact]
    public void What_stands_behind_a_with_sees_the_input_as_it_was() => Assert.Equal("[[1,9],[2,9]]", Policies.Answer(
        """
        q contains x if some x in input.xs

        p := sort({[y, z] | q[y] with input.xs as [1, 2]; z := input.xs[0]})
        """,
        """{"xs": [9]}"""));

    [Fact]
    public void Rules_are_computed_anew_under_a_with_and_not_behind_it() => Assert.Equal("[2,1,2]", Policies.Answer(
        """
        n := count(input)

        a := x if x := n with input as [1]

        p := [n, a, n]
        """,
        "[1, 2]"));

    [Fact]
    public void A_replaced_builtin_may_be_called_by_its_replacement() => Assert.Equal("[20,2]", Policies.Answer(
        """
        ten_times(x) := 10 * count(x)

        size := count(input)

        p := [a, b] if {
            a := size with count as ten_times
            b := size
        }
        """,
        "[1, 2]"));

    [Fact]
    public void A_replacement_may_call_the_function_that_is_just_being_evaluated() => Assert.Equal("[3,[1,[2]]]", Policies.Answer(
        """
        f(x) := [x, count([x])]

        g(_) := f(2)[0]

        h(x) := [3, [x, [y]]] if y := g(1)

        p := x if x := h(1) with count as g
        """));

    [Theory]
    [InlineData("data.docs.t", """{"made":1,"plain":2}""")]
    [InlineData("data.docs.t.made", "1")]
    [InlineData("data.docs[x].plain", null)]
    public void Rules_and_base_documents_complete_each_other(string reference, string? wanted)
    {
        var rules = wanted is null ? $"p := [y | y := {reference}]" : $"p := {reference}";
        var policies = Crank.Rego.Decide.PolicySet.Compile([new("a.rego", $"package t\n\n{rules}"), new("b.rego", "package docs.t\n\nmade := 1")]);
        var snapshot = Crank.Rego.Decide.Snapshot.Read(policies, """{"docs": {"t": {"plain": 2}}}"""u8);

        Assert.Equal(wanted ?? "[2]", policies.Prepare("data.t.p", snapshot).Decide(Value.Undefined).ToJson());
    }

    [Fact]
    public void Rules_with_variables_in_their_names_share_a_document_with_fixed_ones() => Assert.Equal(
        """{"a":{"x":1},"b":{"x":2,"y":["m"]},"c":{"x":3}}""",
        Policies.Answer(
            """
            p.a.x := 1

            p[k].x := v if some k, v in {"b": 2, "c": 3}

            p.b.y contains "m"
            """));

    [Fact]
    public void A_fixed_rule_may_read_its_neighbour_in_such_a_document() => Assert.Equal("""{"a":2,"b":2}""", Policies.Answer(
        """
        p.a := p.b

        p[k] := 2 if some k in ["b"]
        """));

    [Fact]
    public void Every_needs_all_elements_and_a_collection()
    {
        Assert.Equal("[true,false,true,false]", Policies.Answer(
            """
            ok(xs) if every x in xs { x > 1 }

            default ok(_) := false

            p := [ok([2, 3]), ok([1, 2]), ok([]), ok(7)]
            """));
    }

    [Fact]
    public void Walking_stops_when_the_answer_is_known() =>
        Assert.Equal("true", Policies.Answer("p if { walk(input, [path, 3]); count(path) == 2 }", """{"a": {"b": 3}}"""));

    [Fact]
    public void Both_back_ends_decide_alike_whatever_the_input() => Gen.Select(Gen.Int[0, 3].Array[0, 4], Gen.Int[0, 3].Array[0, 4], Gen.Bool, Gen.Int[0, 4]).Sample((xs, ys, flag, n) =>
    {
        var input = $$"""{"xs": [{{string.Join(',', xs)}}], "ys": {"k": [{{string.Join(',', ys)}}]}, "flag": {{(flag ? "true" : "false")}}, "n": {{n}}}""";
        Assert.NotNull(Policies.Answer(
            """
            both contains x if {
                some x in input.xs
                x in input.ys.k
            }

            sums[x] := [z | some y in input.ys[_]; y != input.n; z := x + y] if some x in input.xs

            kind := "flagged" if input.flag else := "many" if count(both) > 1 else := "few"

            near(x) if x == input.n

            near(x) if x == input.n + 1

            p := {"both": both, "sums": sums, "kind": kind, "near": {x | some x in input.xs; near(x)}, "all": all_near}

            default all_near := false

            all_near if every x in input.xs { near(x) }
            """,
            input));
    }, iter: 25);
}
