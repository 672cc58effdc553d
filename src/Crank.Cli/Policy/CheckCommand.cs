using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Rego.Decide;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy check</c>: whether policies compile and documents can be read.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var paths = PolicyCommand.Paths("Policies (.rego) and documents (.json, .yaml), or folders of them.");
        var strict = new Option<bool>("--strict", "-S") { Description = "Also refuse unused variables, arguments and imports, and deprecated builtins." };
        var command = new ExampleCommand("check", "Says everything that is wrong with policies, with line and column.", """
              crank policy check policies
              crank policy check access.rego --strict
            """)
        { paths, strict };
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            var loaded = LoadedPolicies.ReadSome(parsed.GetRequiredValue(paths));
            var policies = loaded.Compile(new PolicyOptions { StrictChecks = parsed.GetValue(strict), Backend = PolicyBackend.Nodes });
            answer.Write(
                () => new JsonObject { ["valid"] = true, ["policies"] = loaded.Sources.Count, ["digest"] = policies.Digest },
                output => output.WriteLine(loaded.Sources.Count == 1 ? "1 policy is valid." : $"{loaded.Sources.Count} policies are valid."));
            return ExitCode.Done;
        }));
        return command;
    }
}
