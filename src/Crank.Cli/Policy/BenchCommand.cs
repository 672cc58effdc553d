using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy bench</c>: what one answer of policies costs.</summary>
internal static class BenchCommand
{
    private const int MaxRounds = 100;
    private static readonly string[] s_backends = ["compiled", "nodes"];

    public static Command Create()
    {
        var query = new Argument<string>("QUERY") { Description = "What is asked, such as data.example.allow." };
        var paths = PolicyCommand.Paths("Policies (.rego) and documents (.json, .yaml), or folders of them.", required: false);
        var load = new Option<string[]>("--load", "-d") { Description = "The same as PATH. (--data is crank's data folder.)", HelpName = "PATH" };
        var bundle = new Option<string>("--bundle", "-b") { Description = "A bundle (.tar.gz), or a folder laid out as one, in place of PATH.", HelpName = "PATH" };
        var input = new Option<string>("--input", "-i") { Description = "The input document, in JSON or YAML; - for standard input.", HelpName = "FILE" };
        var count = new Option<int>("--count") { Description = "How many times to measure.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var time = new Option<string>("--time") { Description = "How long each of them takes.", HelpName = "DURATION", DefaultValueFactory = _ => "1s" };
        var backend = new Option<string>("--backend") { Description = "How rules are run: compiled, as they are once they are asked often, or nodes.", HelpName = "NAME", DefaultValueFactory = _ => s_backends[0] };
        backend.AcceptOnlyFromAmong(s_backends);
        var format = new Option<string>("--format", "-f") { Description = "pretty, json or gobench.", HelpName = "FORMAT", DefaultValueFactory = _ => "pretty" };
        format.AcceptOnlyFromAmong("gobench", "json", "pretty");
        var fail = new Option<bool>("--fail") { Description = "Exit 6 when there is no answer to measure; --fail=false measures that too.", DefaultValueFactory = _ => true };
        var verification = new VerificationOptions();
        var command = new ExampleCommand("bench", "Measures what one answer costs: time, processor and memory.", """
              crank policy bench data.example.allow policies --input input.json
              crank policy bench data.example.allow -b access.tar.gz -i input.json --count 5 --format gobench
              crank policy bench data.example.allow -d policies -i input.json --backend nodes
            """)
        { query, paths, load, bundle, input, count, time, backend, format, fail };
        verification.AddTo(command);
        command.SetAction(PolicyCommand.Guarded((parsed, answer, cancellationToken) =>
        {
            var rounds = parsed.GetValue(count) is >= 1 and <= MaxRounds and var asked ? asked : throw new CliException(ExitCode.Usage, $"--count is 1 to {MaxRounds}.");
            var length = GlobalOptions.Read(() => Duration.Parse(parsed.GetRequiredValue(time))).Time;
            var options = new PolicyOptions { Backend = parsed.GetValue(backend) == s_backends[0] ? PolicyBackend.Expressions : PolicyBackend.Nodes };
            string[] given = [.. parsed.GetValue(paths) ?? [], .. parsed.GetValue(load) ?? []];
            var text = parsed.GetRequiredValue(query);
            var prepared = parsed.GetValue(bundle) is { } packed
                ? OfBundle(packed, given, verification.Read(parsed), options, text)
                : OfFiles(LoadedPolicies.Read(given), options, text);
            var document = parsed.GetValue(input) is { } file ? Known(prepared, Documents.Read(file)) : Value.Undefined;
            if (!HasAnswer(prepared.Decide(document, cancellationToken: cancellationToken).Result) && parsed.GetValue(fail))
            {
                return answer.Fail(ExitCode.NotDone, FailureCodes.NotFound, $"There is no answer to {text} to measure.", "See what 'crank policy eval' says with the same files and input, or measure the missing answer with --fail=false.");
            }

            var benchmark = new Benchmark(prepared, document, TimeProvider.System);
            for (var round = 0; round < rounds; round++)
            {
                Say(answer, benchmark.Run(length, cancellationToken), answer.Json ? "json" : parsed.GetRequiredValue(format));
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static PreparedQuery OfBundle(string path, string[] given, BundleOptions options, PolicyOptions compile, string query)
    {
        if (given.Length > 0)
        {
            throw new CliException(ExitCode.Usage, "A bundle stands alone: --bundle does not go with PATH or --load.", "Build one bundle of all with 'crank policy build'.");
        }

        var draft = BundlePath.Draft(path);
        var loaded = BundlePath.Explained(path, () => BundlePath.Load(draft, options));
        return BundlePath.Policies(draft, () =>
        {
            var policies = loaded.Compile(compile);
            return Prepared(policies, query, loaded.ToSnapshot(policies));
        });
    }

    private static PreparedQuery OfFiles(LoadedPolicies loaded, PolicyOptions compile, string query) => loaded.Explained(() =>
    {
        var policies = loaded.Compile(compile);
        return Prepared(policies, query, Snapshot.Read(policies, System.Text.Encoding.UTF8.GetBytes(JsonOut.Write(loaded.Base))));
    });

    private static PreparedQuery Prepared(PolicySet policies, string query, Snapshot snapshot) =>
        Parser.ParseTerm(query) is { Ok: true, Value: Term.Ref { Head: Term.Var { Name: "data" } } reference } && reference.Path.Skip(1).All(p => p is Term.String)
            ? policies.Prepare(query, snapshot)
            : policies.PrepareAnswers(query, snapshot);

    // As a service would read it: with the names of the policies.
    private static Value Known(PreparedQuery prepared, in Value document) => prepared.ReadInput(System.Text.Encoding.UTF8.GetBytes(JsonOut.Write(document)));

    private static bool HasAnswer(in Value result) => result.IsDefined && !(result.Kind == ValueKind.Array && result.AsArray().Count == 0);

    private static void Say(Answer answer, BenchmarkResult result, string format)
    {
        switch (format)
        {
            case "json":
                answer.Output.WriteLine(Json(result).ToJsonString(new() { WriteIndented = true }));
                break;
            case "gobench":
                answer.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BenchmarkCrankPolicyBench\t{result.Samples}\t{result.Nanoseconds:0.0} ns/op\t{result.ProcessorNanoseconds:0.0} cpu-ns/op\t{result.Bytes:0} B/op"));
                break;
            default:
                Table.Write(answer.Output, ["WHAT", "VALUE"],
                [
                    ["samples", Number(result.Samples)], ["ns/op", Number(result.Nanoseconds)], ["cpu ns/op", Number(result.ProcessorNanoseconds)], ["B/op", Number(result.Bytes)],
                    .. result.Percentiles.Select(p => (IReadOnlyList<string>)[$"ns {p.Name}", Number(p.Nanoseconds)]),
                ]);
                break;
        }
    }

    private static string Number(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    // Members are called as in 'opa bench --format json'; CpuNs is ours.
    private static JsonObject Json(BenchmarkResult result) => new()
    {
        ["N"] = result.Samples,
        ["T"] = (long)(result.Nanoseconds * result.Samples),
        ["CpuNs"] = result.ProcessorNanoseconds,
        ["MemBytes"] = (long)(result.Bytes * result.Samples),
        ["Extra"] = new JsonObject(result.Percentiles.Select(p => KeyValuePair.Create($"histogram_timer_rego_query_eval_ns_{p.Name}", (JsonNode?)p.Nanoseconds))),
    };
}
