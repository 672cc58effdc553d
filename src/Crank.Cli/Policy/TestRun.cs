using System.Text.RegularExpressions;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary>
/// Runs the tests of policies: rules named <c>test_…</c>, which pass when they are true; <c>todo_test_…</c> are skipped, as in <c>opa test</c>.
/// </summary>
internal sealed class TestRun(PolicySet policies, Snapshot snapshot, TimeProvider clock)
{
    private const string Test = "test_";
    private const string ToDo = "todo_test_";

    private readonly List<Probes> _probes = [];

    /// <summary>What the tests reached.</summary>
    public IReadOnlyList<Probes> Reached => _probes;

    /// <summary>Runs all tests whose path a pattern finds, in the order of files and lines.</summary>
    public IReadOnlyList<TestResult> Run(Regex? pattern, CancellationToken cancellationToken)
    {
        var tests = policies.Policy.Modules.SelectMany(m => m.Source.Rules).Where(r => !r.IsDefault && !r.Head.IsFunction)
            .Select(r => (Rule: r, Path: Terms.GroundPrefix(r.Path)))
            .Select(t => (t.Rule, Path: t.Path.ToString()!, Name: t.Path.Path[^1] is Term.String word ? word.Value : ""))
            .Where(t => t.Name.StartsWith(Test, StringComparison.Ordinal) || IsToDo(t.Name)).ToList();
        var definitions = tests.CountBy(t => t.Path).ToDictionary();
        return
        [
            .. tests.Where(t => pattern?.IsMatch(t.Path) != false).Select(t =>
                IsToDo(t.Name) ? new(t.Path, t.Rule.At, TestOutcome.Skipped, TimeSpan.Zero, null)
                : t.Rule.Head.HasVariables ? Refused(t.Path, t.Rule, "a test with cases, such as test_x[case], is not supported; write a rule for each case, or use 'every'")
                : definitions[t.Path] > 1 ? Refused(t.Path, t.Rule, $"there are {definitions[t.Path]} tests of this name, and together they would pass when one does; give each a name of its own")
                : Run(t.Path, t.Rule, cancellationToken)),
        ];
    }

    private static bool IsToDo(string name) => name.StartsWith(ToDo, StringComparison.Ordinal);

    private static TestResult Refused(string path, Rule rule, string message) =>
        new(path, rule.At, TestOutcome.Error, TimeSpan.Zero, new(RegoErrorCodes.Compile, message, rule.At));

    private TestResult Run(string path, Rule rule, CancellationToken cancellationToken)
    {
        // The condition of the test that was reached last of all is the one that did not hold.
        Location? last = null;
        var seen = new HashSet<Location>();
        var probes = new Probes
        {
            Trace = at =>
            {
                if (at.File == rule.At.File && at.Offset >= rule.Body[0].At.Offset && at.Offset < rule.At.Offset + rule.At.Length && seen.Add(at))
                {
                    last = at;
                }
            },
        };
        _probes.Add(probes);
        var start = clock.GetTimestamp();
        try
        {
            var value = policies.Prepare(path, snapshot).Observe(Value.Undefined, probes, cancellationToken: cancellationToken).Result;
            var time = clock.GetElapsedTime(start);
            return value.IsTrue
                ? new(path, rule.At, TestOutcome.Pass, time, null)
                : new(path, rule.At, TestOutcome.Fail, time, new("test_failed", value.IsUndefined ? "this did not hold" : $"the test is {value}, not true", value.IsUndefined ? last ?? rule.At : rule.At));
        }
        catch (EvaluationException e)
        {
            return new(path, rule.At, TestOutcome.Error, clock.GetElapsedTime(start), PolicyErrors.Of(e));
        }
        catch (LimitException e)
        {
            return new(path, rule.At, TestOutcome.Error, clock.GetElapsedTime(start), new("limit", e.Message, last ?? rule.At));
        }
    }
}
