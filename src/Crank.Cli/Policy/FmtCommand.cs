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
        var command = new ExampleCommand("fmt", "Formats policies in the usual style.", """
              crank policy fmt access.rego
              crank policy fmt --write policies
              crank policy fmt --check policies
            """)
        { paths, write, list, check };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            // Nothing is written unless everything can be read.
            var all = Format(parsed.GetRequiredValue(paths));
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

    private static List<Formatted> Format(string[] paths)
    {
        var sources = PolicyPaths.Find(paths, documents: false).Select(f => new PolicySource(f.Path, BoundedFile.ReadText(f.Path))).ToList();
        if (sources.Count == 0)
        {
            throw new CliException(ExitCode.NotFoundOrConflict, "There is no policy there.", "Names of policies end in .rego.");
        }

        var parsed = sources.Select(s => (Source: s, Result: Parser.ParseModule(s.Name, s.Text))).ToList();
        var errors = parsed.SelectMany(p => p.Result.Errors).ToList();
        if (errors.Count > 0)
        {
            throw new WrongPolicyException([.. errors.Select(new NameHints(sources).Explain)]);
        }

        return [.. parsed.Select(p => (p.Source, Text: Formatter.Format(p.Result.Value!))).Select(p => new Formatted(p.Source.Name, p.Text, p.Text != p.Source.Text))];
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
