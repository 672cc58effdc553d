using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary>Policies and documents as they were read from files.</summary>
internal sealed record LoadedPolicies(IReadOnlyList<PolicySource> Sources, ObjectValue Base)
{
    /// <summary>The most that all files together may have, in bytes.</summary>
    private const long MaxBytes = 128L * 1024 * 1024;

    /// <summary>Reads everything that paths stand for.</summary>
    public static LoadedPolicies Read(IEnumerable<string> paths) => Read(PolicyPaths.Find(paths, documents: true));

    /// <summary>Reads files that were found.</summary>
    public static LoadedPolicies Read(IReadOnlyList<PolicyPaths.Found> files)
    {
        var sources = new List<PolicySource>();
        Value documents = ObjectValue.Empty;
        var bytes = 0L;
        foreach (var file in files)
        {
            bytes += new FileInfo(file.Path).Length;
            if (bytes > MaxBytes)
            {
                throw new CliException(ExitCode.BadInput, $"The files have more than {MaxBytes:N0} bytes together.", "Name the folders that belong together.");
            }

            if (file.IsPolicy)
            {
                sources.Add(new(file.Path, BoundedFile.ReadText(file.Path)));
                continue;
            }

            var document = Documents.Read(file.Path);
            foreach (var name in file.Below.Reverse())
            {
                var folder = new ObjectBuilder(1);
                folder.Set(name, document);
                document = folder.ToObject();
            }

            if (document.Kind != ValueKind.Object)
            {
                throw new CliException(ExitCode.BadInput, $"'{file.Path}' is not an object, and there is no folder to name it.", "Write it as an object, or put it into a folder.");
            }

            documents = Documents.Merge(documents, document, "data", file.Path);
        }

        return new(sources, documents.AsObject());
    }

    /// <summary>As <see cref="Read(IEnumerable{string})"/>; to find no policy is an error.</summary>
    public static LoadedPolicies ReadSome(IReadOnlyList<string> paths)
    {
        var loaded = Read(paths);
        return loaded.Sources.Count > 0
            ? loaded
            : throw new CliException(ExitCode.NotFoundOrConflict, $"There is no policy in {string.Join(", ", paths.Select(p => $"'{p}'"))}.", "Names of policies end in .rego.");
    }

    /// <exception cref="WrongPolicyException">A policy is wrong.</exception>
    public PolicySet Compile(PolicyOptions options) => Explained(() => PolicySet.Compile(Sources, options));

    /// <summary>Does what may find mistakes in policies or a query, and names what was probably meant.</summary>
    public T Explained<T>(Func<T> compile)
    {
        try
        {
            return compile();
        }
        catch (PolicyException e)
        {
            var hints = new NameHints(Sources);
            throw new WrongPolicyException([.. e.Errors.Select(hints.Explain)]);
        }
    }
}
