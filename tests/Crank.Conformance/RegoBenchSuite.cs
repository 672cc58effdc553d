using Crank.Conformance.Rego;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Conformance;

/// <summary>
/// Policies with data and inputs whose answers are known, the tests that come with them, and small modules with the errors that a compiler
/// must report: group <c>answers</c>, <c>tests</c> and <c>errors</c>.
/// </summary>
public sealed class RegoBenchSuite : Suite
{
    public override string Name => "rego-bench";

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        foreach (var scenario in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            await AnswersAsync(scenario, report, cancellationToken);
            await TestsAsync(scenario, report, cancellationToken);
        }

        foreach (var one in (await ReadAsync(Path.Combine(folder, "errors.json"), cancellationToken)).AsArray())
        {
            Errors(one, report);
        }
    }

    private static async Task AnswersAsync(string scenario, SuiteReport report, CancellationToken cancellationToken)
    {
        var policies = PolicySet.Compile([await SourceAsync(scenario, "policy.rego", cancellationToken)]);
        var snapshot = Snapshot.Read(policies, await File.ReadAllBytesAsync(Path.Combine(scenario, "data.json"), cancellationToken));
        var inputs = (await ReadAsync(Path.Combine(scenario, "inputs.json"), cancellationToken)).AsArray();
        foreach (var (query, answers) in (await ReadAsync(Path.Combine(scenario, "expected.json"), cancellationToken)).AsObject())
        {
            var prepared = policies.Prepare(query.AsString(), snapshot);
            for (var i = 0; i < inputs.Count; i++)
            {
                var given = prepared.Decide(inputs[i], cancellationToken: cancellationToken).Result;
                var wanted = answers.AsArray()[i];
                var same = given.IsDefined ? ResultMatch.Same(wanted, given) : wanted == Value.Null;
                report.Check($"answers/{Path.GetFileName(scenario)} {query.AsString()} #{i + 1}", same, $"gave {given}, wanted {wanted}");
            }
        }
    }

    private static async Task TestsAsync(string scenario, SuiteReport report, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(scenario, "policy_test.rego")))
        {
            return;
        }

        var policies = PolicySet.Compile(
        [
            await SourceAsync(scenario, "policy.rego", cancellationToken),
            await SourceAsync(scenario, "policy_test.rego", cancellationToken),
        ]);
        var snapshot = Snapshot.Read(policies, await File.ReadAllBytesAsync(Path.Combine(scenario, "data.json"), cancellationToken));
        foreach (var path in policies.Policy.Modules.SelectMany(m => m.Rules).Select(r => r.Path).Where(p => p.Path[^1] is Term.String { Value: var name } && name.StartsWith("test_", StringComparison.Ordinal)))
        {
            var result = policies.Prepare(path.ToString(), snapshot).Decide(Value.Undefined, cancellationToken: cancellationToken).Result;
            report.Check($"tests/{Path.GetFileName(scenario)} {path}", result.IsTrue, $"gave {result}");
        }
    }

    private static void Errors(in Value one, SuiteReport report)
    {
        var sources = one.Get("modules").AsArray().Select((m, i) => new PolicySource($"module-{i}.rego", m.AsString()));
        var given = new List<string>();
        try
        {
            PolicySet.Compile(sources, new PolicyOptions { StrictChecks = one.Get("strict").IsTrue });
        }
        catch (PolicyException e)
        {
            given.AddRange(e.Errors.Select(x => $"{x.Code}:{x.Row}"));
        }

        var wanted = one.Get("errors").AsArray().Select(e => $"{e.Get("code").AsString()}:{e.Get("row").NumberText()}").ToList();
        given.Sort(StringComparer.Ordinal);
        wanted.Sort(StringComparer.Ordinal);
        report.Check($"errors/{one.Get("name").AsString()}", given.SequenceEqual(wanted), $"gave [{string.Join(", ", given)}], wanted [{string.Join(", ", wanted)}]");
    }

    private static async Task<Value> ReadAsync(string file, CancellationToken cancellationToken) => JsonIn.Read(await File.ReadAllBytesAsync(file, cancellationToken));

    private static async Task<PolicySource> SourceAsync(string folder, string file, CancellationToken cancellationToken) =>
        new(file, await File.ReadAllTextAsync(Path.Combine(folder, file), cancellationToken));
}
