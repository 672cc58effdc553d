using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy fmt</c>: policies in the usual style.</summary>
internal static class FmtCommand
{
    private sealed record Formatted(string Path, string Text, bool Differs);

    public static Command Create()
    {
        var paths = PolicyCommand.Paths("Policies (.rego), or folders of them.");
        var write = new Option<bool>("--write", "-w") { Description = "Write each file that differs, instead of showing it." };
        var list = new Option<bool>("--list", "-l") { Description = "List the files that differ, instead of showing them." };
        var check = new Option<bool>("--check") { Description = "List the files that differ; exit 6 when there are any." };
        var v0 = new Option<bool>("--v0-v1") { Description = "The policies are in Rego v0: write them in Rego v1." };
        var command = new ExampleCommand("fmt", "Formats policies in the usual style.", """
              crank policy fmt access.rego
              crank policy fmt --write policies
              crank policy fmt --check policies
              crank policy fmt --v0-v1 --write old
            """)
        { paths, write, list, check, v0 };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            // Nothing is written unless everything can be read.
            var all = Format(parsed.GetRequiredValue(paths), parsed.GetValue(v0));
            if (parsed.GetValue(write))
            {
                foreach (var file in all.Where(f => f.Differs))
                {
                    Replace(file.Path, file.Text);
                }
            }

            var names = parsed.GetValue(list) || parsed.GetValue(check);
            Say(answer, all, names, show: !names && !parsed.GetValue(write));
            var differing = all.Count(f => f.Differs);
            return parsed.GetValue(check) && differing > 0
                ? answer.Fail(ExitCode.NotDone, FailureCodes.PolicyFormat, $"{differing} of {all.Count} policies are not in the usual style.", "'crank policy fmt --write PATH' formats them.")
                : ExitCode.Done;
        }));
        return command;
    }

    private static List<Formatted> Format(string[] paths, bool v0)
    {
        var sources = PolicyPaths.Find(paths, documents: false).Select(f => new PolicySource(f.Path, BoundedFile.ReadText(f.Path))).ToList();
        if (sources.Count == 0)
        {
            throw new CliException(ExitCode.NotFoundOrConflict, "There is no policy there.", "Names of policies end in .rego.");
        }

        var written = sources.Select(s => (Source: s, Result: v0 ? RegoV0.ToV1(s.Name, s.Text) : Usual(s))).ToList();
        var errors = written.SelectMany(w => w.Result.Errors).ToList();
        return errors.Count == 0
            ? [.. written.Select(w => new Formatted(w.Source.Name, w.Result.Value!, w.Result.Value != w.Source.Text))]
            : throw new WrongPolicyException([.. errors.Select(new NameHints(sources).Explain)]);
    }

    private static ParseResult<string> Usual(PolicySource source)
    {
        var parsed = Parser.ParseModule(source.Name, source.Text);
        return parsed.Ok ? new(Formatter.Format(parsed.Value), []) : new(null, parsed.Errors);
    }

    private static void Say(Answer answer, List<Formatted> all, bool names, bool show) => answer.Write(
        () => new JsonObject
        {
            ["files"] = new JsonArray([.. all.Select(f =>
            {
                var said = new JsonObject { ["file"] = f.Path, ["differs"] = f.Differs };
                if (show)
                {
                    said["text"] = f.Text;
                }

                return (JsonNode)said;
            })]),
        },
        output =>
        {
            foreach (var file in all)
            {
                if (show)
                {
                    output.Write(file.Text);
                }
                else if (names && file.Differs)
                {
                    output.WriteLine(Answer.Plain(file.Path));
                }
            }
        });

    /// <summary>Puts the whole new file in the place of the old one, with its mode; a link stays a link.</summary>
    private static void Replace(string path, string text)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var beside = $"{target}.crank-fmt";
        File.WriteAllText(beside, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
        }

        File.Move(beside, target, overwrite: true);
    }
}
