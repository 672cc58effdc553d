using System.Globalization;
using System.Text;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Fuzz;

/// <summary>
/// Policies by chance, a bounded number of them: nodes, compiled methods, the policy printed and read again and the policy formatted give the same answers or the same errors. A failure names its seed; set
/// <c>CRANK_FUZZ_FROM</c> and <c>CRANK_FUZZ_COUNT</c> to run others.
/// </summary>
public sealed class EvaluatorFuzzTests
{
    private static readonly int s_from = Setting("CRANK_FUZZ_FROM", 0);
    private static readonly int s_count = Setting("CRANK_FUZZ_COUNT", 250);
    private static readonly DecisionLimits s_limits = new() { Steps = 50_000, Elements = 200_000, Time = null };

    [Fact]
    public void All_ways_to_run_a_policy_give_the_same_answers()
    {
        var (compiled, answered) = (0, 0);
        for (var seed = s_from; seed < s_from + s_count; seed++)
        {
            var policy = new RandomPolicy(seed);
            var text = policy.Text();
            var strict = seed % 2 == 0;
            if (Compile(text, PolicyBackend.Nodes, strict) is not { } nodes)
            {
                continue;
            }

            compiled++;
            var written = Parser.ParseModule("fuzz.rego", text).Value!;
            var others = new (string Way, PolicySet Policies)[]
            {
                ("compiled", Compile(text, PolicyBackend.Expressions, strict)!),
                ("printed", Compile(written.ToString(), PolicyBackend.Nodes, strict) ?? throw new Xunit.Sdk.XunitException($"Seed {seed}: what is printed does not compile:\n{written}")),
                ("formatted", Compile(Formatter.Format(written), PolicyBackend.Nodes, strict) ?? throw new Xunit.Sdk.XunitException($"Seed {seed}: what is formatted does not compile:\n{Formatter.Format(written)}")),
            };
            foreach (var query in policy.Rules.Select(r => $"data.fuzz.{r}").Take(3).Append("data.fuzz"))
            {
                var wanted = Answers(nodes, query);
                answered += wanted.Count(a => a is not null && a[0] != '!');
                foreach (var (way, policies) in others)
                {
                    var given = Answers(policies, query);
                    for (var i = 0; i < wanted.Count; i++)
                    {
                        // Who reaches a limit first is no matter.
                        Assert.True(
                            wanted[i] == given[i] || wanted[i] == Limit || given[i] == Limit,
                            $"Seed {seed}, {query}, input {RandomPolicy.Inputs[i]}: nodes gave {wanted[i]}, {way} gave {given[i]}\n{text}");
                    }
                }
            }
        }

        // A generator whose policies do not compile, or answer nothing, would prove nothing.
        Assert.True(compiled >= s_count * 6 / 10, $"{compiled} of {s_count} policies compiled");
        Assert.True(answered >= compiled, $"{answered} answers of {compiled} policies");
    }

    [Theory]
    [InlineData("p := count([1 | input[_]; input[_]; input[_]; input[_]])")]
    [InlineData("p := sum([x | some a in input; some b in input; some c in input; some d in input; x := a * b * c * d])")]
    [InlineData("p := count(numbers.range(1, 1000000000000))")]
    [InlineData("p := count({[a, b, c] | some a in input; some b in input; some c in input})")]
    [InlineData("p := {a: b | some a in input; some b in numbers.range(a * 1000, (a * 1000) + 100000)}")]
    [InlineData("p if every a in input { every b in input { every c in input { every d in input { a + b + c + d > 0 } } } }")]
    [InlineData("a := concat(\"\", [\"xxxxxxxxxx\" | some _ in input])\n\nb := replace(a, \"x\", a)\n\nc := replace(b, \"x\", a)\n\np := count(c)")]
    [InlineData("p := count(json.marshal([[[i, j, k] | some k in input] | some i in input; some j in input]))")]
    [InlineData("p := [x | walk({i: [j | some j in input] | some i in input}, [x, _])]")]
    [InlineData("f(x) := [x, x]\n\np := json.marshal(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(1)))))))))))))))))))))))))")]
    [InlineData("p := regex.find_n(`(x+x+)+y`, concat(\"\", [\"xxxxxxxxxx\" | some _ in input; some _ in input]), -1)")]
    [InlineData("p := glob.match(\"{*,**,*a*}{*,**,*a*}{*,**,*a*}{*,**,*a*}b\", [], concat(\"\", [\"aaaaaaaaaa\" | some _ in input; some _ in input]))")]
    [InlineData("p := pow(10, 100000000)\n\npow(x, n) := product([y | some _ in numbers.range(1, n); y := x])")]
    [InlineData("p := count(sprintf(\"%1000000d%1000000d%1000000d%1000000d\", [1, 2, 3, 4]))")]
    [InlineData("p := count([g | some i in input; g := graph.reachable({j: input | some j in input}, input)])")]
    public void A_hostile_policy_ends_at_a_limit_or_with_an_answer(string rules)
    {
        var input = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(1, 200))}]");
        foreach (var backend in (PolicyBackend[])[PolicyBackend.Nodes, PolicyBackend.Expressions])
        {
            var policies = PolicySet.Compile([new PolicySource("t.rego", $"package t\n\n{rules}\n")], new() { Backend = backend, StrictBuiltinErrors = false });
            try
            {
                policies.Prepare("data.t.p").Decide(input, s_limits);
            }
            catch (Exception e) when (e is LimitException or EvaluationException)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private const string Limit = "!limit";

    private static List<string?> Answers(PolicySet policies, string query)
    {
        var prepared = policies.Prepare(query, Snapshot.Read(policies, Encoding.UTF8.GetBytes(RandomPolicy.Data)));
        return [.. RandomPolicy.Inputs.Select(input =>
        {
            try
            {
                return prepared.Decide(Encoding.UTF8.GetBytes(input), s_limits).ToJson();
            }
            catch (EvaluationException e)
            {
                return $"!{e.Code}";
            }
            catch (LimitException)
            {
                return Limit;
            }
        })];
    }

    private static PolicySet? Compile(string text, PolicyBackend backend, bool strict)
    {
        try
        {
            return PolicySet.Compile([new PolicySource("fuzz.rego", text)], new() { Backend = backend, StrictBuiltinErrors = strict });
        }
        catch (PolicyException)
        {
            return null;
        }
    }

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : usual;
}
