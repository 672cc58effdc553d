using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Mesh.Authorize;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy init DIR</c>: writes the default policies with their tests into a folder, to begin with.</summary>
internal static class InitCommand
{
    private const string Examples = """
          crank policy init policy
          crank policy test policy
          crank up --set policy.folder=policy
        """;

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder to write to; made when it is not there." };
        var command = new ExampleCommand("init", "Writes the default policies with their tests into a folder, to be changed.", Examples) { folder };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            var path = parsed.GetValue(folder)!;
            var files = Write(path);
            answer.Write(
                () => new JsonObject { ["folder"] = path, ["files"] = new JsonArray([.. files.Select(f => (JsonNode)f)]) },
                output => output.WriteLine($"Wrote {string.Join(", ", files)} into {path}. Test them with 'crank policy test {path}', run under them with --set policy.folder={path}."));
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>What is there already is never overwritten.</summary>
    private static IReadOnlyList<string> Write(string folder)
    {
        var files = DefaultPolicies.Files;
        try
        {
            if (files.FirstOrDefault(f => File.Exists(Path.Combine(folder, f.Name))) is { } taken)
            {
                throw new CliException(ExitCode.NotFoundOrConflict, $"There is a file '{Path.Combine(folder, taken.Name)}' already.", "Name a folder without it.");
            }

            Directory.CreateDirectory(folder);
            foreach (var file in files)
            {
                File.WriteAllText(Path.Combine(folder, file.Name), file.Text);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"'{folder}' cannot be written: {e.Message}", "Name another folder.");
        }

        return [.. files.Select(f => f.Name)];
    }
}
