using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Bundles;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy inspect</c>: what a bundle says of itself.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A bundle (.tar.gz), a folder laid out as one, or a policy." };
        var annotations = new Option<bool>("--annotations", "-a") { Description = "Also show the metadata of packages and rules." };
        var format = new Option<string>("--format", "-f") { Description = "pretty or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "pretty" };
        format.AcceptOnlyFromAmong("json", "pretty");
        var verification = new VerificationOptions();
        var command = new ExampleCommand("inspect", "Shows manifest, packages, documents, signature and metadata of a bundle.", """
              crank policy inspect access.tar.gz
              crank policy inspect folder --annotations --format json
              crank policy inspect access.tar.gz --verification-key public.pem
            """)
        { path, annotations, format };
        verification.AddTo(command);
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            var source = parsed.GetRequiredValue(path);
            var draft = BundlePath.Draft(source);
            var summary = BundlePath.Explained(source, draft.Summarize);
            if (summary.Errors.Count > 0)
            {
                return PolicyErrors.Say(answer, [.. summary.Errors.Select(new NameHints(draft.Policies()).Explain)]);
            }

            var options = verification.Read(parsed);
            var verified = options.Keys.Count > 0 && IsVerified(draft, options);
            var told = parsed.GetValue(annotations) ? summary.Modules.SelectMany(m => m.Annotations).ToList() : null;
            if (answer.Json || parsed.GetValue(format) == "json")
            {
                answer.Output.WriteLine(Json(summary, verified, told).ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            }
            else
            {
                Pretty(answer.Output, summary, verified, told);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static bool IsVerified(BundleDraft draft, BundleOptions options)
    {
        try
        {
            BundlePath.Load(draft, options);
            return true;
        }
        catch (BundleException e)
        {
            throw new CliException(ExitCode.VerificationSaysNo, e.Message, "Do not use the bundle unless you know why; get it again, or the key that it was signed with.");
        }
    }

    /// <summary>In the shape of <c>opa inspect</c>; the signature is ours.</summary>
    private static JsonObject Json(BundleSummary summary, bool verified, List<Annotation>? annotations)
    {
        var json = new JsonObject
        {
            ["manifest"] = JsonNode.Parse(JsonOut.Write(summary.Manifest)),
            ["namespaces"] = new JsonObject(summary.Namespaces.Select(n => KeyValuePair.Create(n.Name, (JsonNode?)new JsonArray([.. n.Files.Select(f => (JsonNode)$"/{f}")])))),
        };
        if (summary.Signature is { } signature)
        {
            json["signature"] = new JsonObject
            {
                ["algorithm"] = signature.Algorithm,
                ["keyid"] = signature.KeyId,
                ["scope"] = signature.Scope,
                ["files"] = signature.Files,
                ["verified"] = verified,
            };
        }

        if (annotations is not null)
        {
            json["annotations"] = new JsonArray([.. annotations.Select(a => (JsonNode)new JsonObject
            {
                ["annotations"] = a.ToJson(),
                ["location"] = PolicyErrors.Json(a.TargetAt),
                ["path"] = new JsonArray([.. a.Target.Path.Select(PathPart)]),
            })]);
        }

        return json;
    }

    private static JsonNode PathPart(Term part) => part switch
    {
        Term.Var variable => new JsonObject { ["type"] = "var", ["value"] = variable.Name },
        Term.String text => new JsonObject { ["type"] = "string", ["value"] = text.Value },
        _ => new JsonObject { ["type"] = "other", ["value"] = part.ToString() },
    };

    private static void Pretty(TextWriter output, BundleSummary summary, bool verified, List<Annotation>? annotations)
    {
        output.WriteLine("MANIFEST");
        Table.Write(output, ["FIELD", "VALUE"], [.. summary.Manifest.Select(m => (IReadOnlyList<string>)
            [m.Key.AsString(), m.Value.TryGetString(out var text) ? text : m.Value.Kind == ValueKind.Array ? string.Join(", ", m.Value.AsArray().Select(JsonOutText)) : JsonOutText(m.Value)]).OrderBy(r => r[0], StringComparer.Ordinal)]);
        output.WriteLine();
        output.WriteLine("NAMESPACES");
        Table.Write(output, ["NAMESPACE", "FILE"], [.. summary.Namespaces.SelectMany(n => n.Files.Select(f => (IReadOnlyList<string>)[n.Name, $"/{f}"]))]);
        output.WriteLine();
        output.WriteLine(summary.Signature is not { } signature
            ? "NOT SIGNED"
            : Answer.Plain($"SIGNED with {signature.Algorithm}{Named(", key ", signature.KeyId)}{Named(", scope ", signature.Scope)}, {signature.Files} files: {(verified ? "verified" : "not verified, see --verification-key")}"));
        foreach (var annotation in annotations ?? [])
        {
            output.WriteLine();
            output.WriteLine(Answer.Plain($"{annotation.Target} ({annotation.TargetAt.File}:{annotation.TargetAt.Row})"));
            output.WriteLine(Answer.Plain(annotation.ToJson().ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
        }
    }

    private static string JsonOutText(Value value) => JsonOut.Write(value);

    private static string Named(string label, string name) => name.Length > 0 ? label + name : "";
}
