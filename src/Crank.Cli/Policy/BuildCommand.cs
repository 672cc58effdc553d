using System.CommandLine;
using System.IO.Enumeration;
using System.Text;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy build</c>: one bundle of policies and documents.</summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var paths = PolicyCommand.Paths("Policies (.rego) and documents (.json, .yaml), or folders of them; with --bundle, one bundle.");
        var bundle = new Option<bool>("--bundle", "-b") { Description = "PATH is a bundle, or a folder laid out as one: its manifest and its data files stay as they are." };
        var output = new Option<string>("--output", "-o") { Description = "The file to write.", HelpName = "FILE", DefaultValueFactory = _ => "bundle.tar.gz" };
        var revision = new Option<string>("--revision", "-r") { Description = "What this state of the policies is called; it goes with every decision.", HelpName = "TEXT" };
        var roots = new Option<string[]>("--root") { Description = "A part of data that the bundle owns, such as access/eu; all of it when none is named.", HelpName = "PATH" };
        var ignore = new Option<string[]>("--ignore") { Description = "Leave out files and folders of such a name, such as *_test.rego.", HelpName = "PATTERN" };
        var strict = new Option<bool>("--strict", "-S") { Description = "Also refuse unused variables, arguments and imports, and deprecated builtins." };
        var skip = new Option<bool>("--skip-verify") { Description = "Take a signed bundle without verifying it; its signature is dropped." };
        var (signing, verification) = (new SigningOptions(required: false), new VerificationOptions());
        var command = new ExampleCommand("build", "Makes one bundle of policies and documents. The same files give the same bytes.", """
              crank policy build policies --revision 2026-11 -o access.tar.gz
              crank policy build policies --ignore '*_test.rego' --root access --root people
              crank policy build -b folder --signing-key key.pem --scope write
            """)
        { paths, bundle, output, revision, roots, ignore, strict, skip };
        signing.AddTo(command);
        verification.AddTo(command);
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            var given = parsed.GetRequiredValue(paths);
            var patterns = parsed.GetValue(ignore) ?? [];
            var draft = parsed.GetValue(bundle) ? Taken(given, patterns, verification.Read(parsed), parsed.GetValue(skip), answer) : PutTogether(given, patterns);
            var (target, signer) = (parsed.GetRequiredValue(output), signing.Read(parsed, verification, answer));
            BundlePath.Explained(target, () =>
            {
                draft.Remove(".signatures.json");
                draft.Describe(parsed.GetValue(revision), parsed.GetValue(roots) is { Length: > 0 } named ? named : null);
                return draft;
            });
            var made = Check(draft, target, new() { StrictChecks = parsed.GetValue(strict), Backend = PolicyBackend.Nodes });
            if (signer is not null)
            {
                BundlePath.Explained(target, () => draft.Sign(signer));
            }

            var archive = draft.Pack();
            WholeFile.Write(target, archive);
            Say(answer, target, made, archive.Length, draft.Paths.Count(), signer);
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>A bundle that is there, verified when it is signed.</summary>
    private static BundleDraft Taken(string[] paths, string[] ignored, BundleOptions options, bool skipVerify, Answer answer)
    {
        if (paths is not [var path])
        {
            throw new CliException(ExitCode.Usage, $"--bundle takes one bundle, and {paths.Length} are named.", "Name the folder that holds all of it, or leave --bundle out.");
        }

        var draft = BundlePath.Draft(path);
        if (draft.IsSigned && !skipVerify)
        {
            BundlePath.Explained(path, () => BundlePath.Load(draft, options));
        }

        foreach (var file in draft.Paths.Where(f => !BundleDraft.Belongs(f)).ToList())
        {
            answer.Note($"{file} is left out: it is no policy and no data file.");
            draft.Remove(file);
        }

        foreach (var file in draft.Paths.Where(f => f.Split('/').Any(part => Matches(part, ignored))).ToList())
        {
            draft.Remove(file);
        }

        return draft;
    }

    /// <summary>Policies at their places below the paths that were given, and all documents in one data file.</summary>
    private static BundleDraft PutTogether(string[] paths, string[] ignored)
    {
        var found = PolicyPaths.Find(paths, documents: true).Where(f => !f.Below.Append(Path.GetFileName(f.Path)).Any(part => Matches(part, ignored))).ToList();
        var loaded = LoadedPolicies.Read(found);
        if (loaded.Sources.Count == 0 && loaded.Base.Count == 0)
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is nothing to build in {string.Join(", ", paths.Select(p => $"'{p}'"))}.", "Policies end in .rego, documents in .json, .yaml or .yml.");
        }

        var draft = new BundleDraft();
        var texts = loaded.Sources.ToDictionary(s => s.Name, s => s.Text, StringComparer.Ordinal);
        var from = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in found.Where(f => f.IsPolicy))
        {
            var name = string.Join('/', [.. file.Below, Path.GetFileName(file.Path)]);
            if (!from.TryAdd(name, file.Path))
            {
                throw new CliException(ExitCode.BadInput, $"'{from[name]}' and '{file.Path}' would both be {name} in the bundle.", "Name the folder that holds both, or rename one.");
            }

            BundlePath.Explained(file.Path, () =>
            {
                draft.Add(name, Encoding.UTF8.GetBytes(texts[file.Path]));
                return draft;
            });
        }

        if (loaded.Base.Count > 0)
        {
            draft.Add("data.json", Encoding.UTF8.GetBytes(JsonOut.Write(loaded.Base)));
        }

        return draft;
    }

    private static Bundle Check(BundleDraft draft, string target, PolicyOptions options)
    {
        var made = BundlePath.Explained(target, () => BundlePath.Load(draft, BundleOptions.Default));
        BundlePath.Policies(draft, () => made.Compile(options));
        return made;
    }

    private static bool Matches(string name, string[] patterns) => patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false));

    private static void Say(Answer answer, string target, Bundle made, int bytes, int files, BundleSigner? signer) => answer.Write(
        () => new JsonObject
        {
            ["bundle"] = target,
            ["revision"] = made.Revision,
            ["roots"] = new JsonArray([.. made.Roots.Select(r => (JsonNode)r)]),
            ["policies"] = made.Modules.Count,
            ["files"] = files,
            ["bytes"] = bytes,
            ["digest"] = made.Digest,
            ["signed"] = signer?.Algorithm,
        },
        output =>
        {
            output.WriteLine($"{Answer.Plain(target)}: {(made.Modules.Count == 1 ? "1 policy" : $"{made.Modules.Count} policies")}, {bytes:N0} bytes{(made.Revision.Length > 0 ? $", revision {Answer.Plain(made.Revision)}" : "")}{(signer is null ? "" : $", signed with {signer.Algorithm}")}");
            output.WriteLine($"sha256 of its files: {made.Digest}");
        });
}
