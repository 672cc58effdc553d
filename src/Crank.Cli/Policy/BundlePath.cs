using Crank.Rego.Bundles;
using Crank.Rego.Decide;

namespace Crank.Cli.Policy;

/// <summary>Bundles where they lie: archives, or folders laid out as one.</summary>
internal static class BundlePath
{
    /// <summary>The files of a bundle, unverified; a policy alone makes a bundle of one file.</summary>
    public static BundleDraft Draft(string path)
    {
        if (Directory.Exists(path))
        {
            return Explained(path, () => BundleDraft.Read(path));
        }

        if (PolicyPaths.HasEnding(path, ".rego") && File.Exists(path))
        {
            var draft = new BundleDraft();
            draft.Add(Path.GetFileName(path), BoundedFile.Read(path));
            return draft;
        }

        return Explained(path, () =>
        {
            using var archive = Open(path);
            return BundleDraft.Read(archive);
        });
    }

    /// <summary>A bundle that was checked as one that is to be in force.</summary>
    /// <exception cref="BundleException">It is refused.</exception>
    /// <exception cref="WrongPolicyException">A policy does not parse.</exception>
    public static Bundle Load(BundleDraft draft, BundleOptions options) => Policies(draft, () => BundleLoader.Read(new MemoryStream(draft.Pack(), writable: false), options));

    /// <summary>Does what may find mistakes in the policies of a bundle, and names what was probably meant.</summary>
    /// <exception cref="WrongPolicyException">A policy is wrong.</exception>
    public static T Policies<T>(BundleDraft draft, Func<T> compile)
    {
        try
        {
            return compile();
        }
        catch (PolicyException e)
        {
            throw new WrongPolicyException([.. e.Errors.Select(new NameHints(draft.Policies()).Explain)]);
        }
    }

    /// <summary>Does what may refuse a bundle, and says which.</summary>
    public static T Explained<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BundleException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' is refused. {e.Message}");
        }
    }

    private static FileStream Open(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new CliException(ExitCode.NotFoundOrConflict, $"There is no bundle '{path}'.", PolicyPaths.Near(path));
}
