using System.CommandLine;
using Crank.Cli.Data;
using Crank.Mesh.Authorize.Log;
using Crank.Trust.Sealing;

namespace Crank.Cli.Policy.History;

/// <summary>What a data folder keeps of decisions. Reading it needs no lock: a mesh may go on writing.</summary>
internal sealed class HistoryFolder
{
    private HistoryFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>The sets of policies that are kept.</summary>
    public KeptPolicies Sets => PolicyLogFolder.Sets(Root, new());

    public IReadOnlyList<string> Log => PolicyLogFolder.Files(Root);

    /// <summary>The part of a data folder that is written to.</summary>
    public static HistoryFolder Make(DataFolder folder)
    {
        var made = new HistoryFolder(Path.Combine(folder.Root, "policy"));
        PolicyLogFolder.Make(made.Root);
        return made;
    }

    /// <summary>The key that inputs are sealed with.</summary>
    public SealingKey Sealing() => SealingKey.OpenOrCreate(SealingKeyOf(Root));

    /// <exception cref="CliException">Nothing is kept there.</exception>
    public static HistoryFolder Locate(ParseResult parsed)
    {
        var root = Path.Combine(DataFolder.Locate(GlobalOptions.Data(parsed)), "policy");
        return Directory.Exists(PolicyLogFolder.LogOf(root)) || Directory.Exists(PolicyLogFolder.InputsOf(root))
            ? new(root)
            : throw new CliException(ExitCode.NotFoundOrConflict, $"No decision is kept in {root}.", "Run a job first, or name another data folder with --data; policy.log.enabled and policy.log.inputs say whether decisions are kept.");
    }

    /// <summary>The inputs that are kept.</summary>
    /// <exception cref="CliException">The key that they were sealed with is gone.</exception>
    public SealedInputs Inputs() => File.Exists(SealingKeyOf(Root))
        ? new(PolicyLogFolder.InputsOf(Root), Sealing())
        : throw new CliException(ExitCode.NotFoundOrConflict, $"The key of the inputs, {SealingKeyOf(Root)}, is gone.", "Restore it from a backup; without it the inputs cannot be read.");

    private static string SealingKeyOf(string root) => Path.Combine(root, "sealing.key");
}
