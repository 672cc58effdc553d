using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy eval</c>: asks policies a question.</summary>
internal static class EvalCommand
{
    private const int MaxDepth = JsonIn.MaxDepth + 8;

    private static readonly JsonWriterOptions s_indented = new() { Indented = true, MaxDepth = MaxDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var query = new Argument<string>("QUERY") { Description = "What is asked, such as data.example.allow." };
        var paths = PolicyCommand.Paths("Policies (.rego) and documents (.json, .yaml), or folders of them.", required: false);
        var load = new Option<string[]>("--load", "-d") { Description = "The same as PATH. (--data is crank's data folder.)", HelpName = "PATH" };
        var input = new Option<string>("--input", "-i") { Description = "The input document, in JSON or YAML; - for standard input.", HelpName = "FILE" };
        var format = new Option<string>("--format", "-f") { Description = "pretty or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "pretty" };
        format.AcceptOnlyFromAmong("json", "pretty");
        var coverage = new Option<bool>("--coverage") { Description = "Also tell which lines were reached." };
        var fail = new Option<bool>("--fail") { Description = "Exit 6 when there is no answer." };
        var command = new ExampleCommand("eval", "Asks policies a question.", """
              crank policy eval data.example.allow policies --input input.json
              crank policy eval 'some user; data.roles[user] == "admin"' -d roles.json
              crank policy eval '1 + 1'
            """)
        { query, paths, load, input, format, coverage, fail };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, cancellationToken) =>
        {
            string[] given = [.. parsed.GetValue(paths) ?? [], .. parsed.GetValue(load) ?? []];
            if (given.Length == 0 && GlobalOptions.Data(parsed) is { } folder)
            {
                answer.Note($"--data is crank's data folder; to load '{folder}', name it without an option or with -d.");
            }

            var loaded = LoadedPolicies.Read(given);
            var observed = parsed.GetValue(coverage);
            var policies = loaded.Compile(new PolicyOptions { Backend = PolicyBackend.Nodes, Instrumented = observed });
            var question = loaded.Explained(() => Question.Prepare(policies, parsed.GetRequiredValue(query), Snapshot.Of(policies, loaded.Base)));
            var document = parsed.GetValue(input) is { } file ? Documents.Read(file) : Value.Undefined;
            var probes = new Probes();
            var answers = question.Ask(document, probes, cancellationToken);
            var report = observed ? CoverageReport.Of(policies, [probes]) : null;
            if (answer.Json || parsed.GetValue(format) == "json")
            {
                answer.Output.WriteLine(Indented(Json(answers, report)));
            }
            else
            {
                Pretty(answer, answers);
                report?.Write(answer.People);
            }

            if (answers.Count == 0 && question.Unknown(policies, loaded.Base) is var (name, nearest))
            {
                answer.Note(nearest is null ? $"There is no {name}." : $"There is no {name}. Did you mean '{nearest}'?");
            }

            return answers.Count == 0 && parsed.GetValue(fail) ? ExitCode.NotDone : ExitCode.Done;
        }));
        return command;
    }

    /// <summary>In the shape of <c>opa eval</c>.</summary>
    private static JsonObject Json(IReadOnlyList<Question.Answer> answers, CoverageReport? report)
    {
        var json = new JsonObject();
        if (answers.Count > 0)
        {
            json["result"] = new JsonArray([.. answers.Select(Json)]);
        }

        if (report is not null)
        {
            json["coverage"] = report.Json();
        }

        return json;
    }

    private static JsonNode Json(Question.Answer answer)
    {
        var json = new JsonObject
        {
            ["expressions"] = new JsonArray([.. answer.Expressions.Select(e => (JsonNode)new JsonObject
            {
                ["value"] = Node(e.Value),
                ["text"] = e.Written.At.Text,
                ["location"] = new JsonObject { ["row"] = e.Written.At.Row, ["col"] = e.Written.At.Column },
            })]),
        };
        if (answer.Bindings.Count > 0)
        {
            json["bindings"] = new JsonObject(answer.Bindings.Select(b => KeyValuePair.Create(b.Name, Node(b.Value))));
        }

        return json;
    }

    private static void Pretty(Answer answer, IReadOnlyList<Question.Answer> answers)
    {
        if (answers.Count == 0)
        {
            answer.Output.WriteLine("undefined");
        }
        else if (answers is [{ Bindings.Count: 0, Expressions: [var only] }])
        {
            answer.Output.WriteLine(Indented(Node(only.Value)));
        }
        else
        {
            // An expression that cannot be anything but true says nothing.
            var told = answers[0].Expressions.Select((e, i) => (e.Written, Index: i)).Where(e => answers.Any(a => !a.Expressions[e.Index].Value.IsTrue) || answers[0].Bindings.Count == 0).ToList();
            Table.Write(
                answer.Output,
                [.. answers[0].Bindings.Select(b => b.Name), .. told.Select(e => e.Written.At.Text)],
                [.. answers.Select(a => (IReadOnlyList<string>)[.. a.Bindings.Select(b => JsonOut.Write(b.Value)), .. told.Select(e => JsonOut.Write(a.Expressions[e.Index].Value))])]);
        }
    }

    private static JsonNode? Node(in Value value) => JsonNode.Parse(JsonOut.Write(value), documentOptions: new() { MaxDepth = MaxDepth });

    private static string Indented(JsonNode? node)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_indented))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
