using Crank.Schema;

namespace Crank.Cli.Policy;

/// <summary>The files that paths stand for: policies, and documents with the place below <c>data</c> that their folder gives them.</summary>
internal static class PolicyPaths
{
    public const int MaxFiles = 10_000;
    private const int MaxDepth = 64;

    /// <summary>One file and the folders below the path that was given.</summary>
    public readonly record struct Found(string Path, IReadOnlyList<string> Below)
    {
        public bool IsPolicy => HasEnding(Path, ".rego");
    }

    /// <summary>
    /// All files that paths stand for, each once. A folder is walked in the order of names, without what begins with a dot and without
    /// links to other folders.
    /// </summary>
    public static IReadOnlyList<Found> Find(IEnumerable<string> paths, bool documents)
    {
        var found = new List<Found>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                Walk(new(path), path, [], documents, found, seen);
            }
            else if (!File.Exists(path))
            {
                throw new CliException(ExitCode.NotFoundOrConflict, $"There is no file or folder '{path}'.", Near(path));
            }
            else if (!HasEnding(path, documents ? [".rego", ".json", ".yaml", ".yml"] : [".rego"]))
            {
                throw new CliException(ExitCode.Usage, $"'{path}' is not a policy{(documents ? " or document" : "")}.", documents ? "Names end in .rego, .json, .yaml or .yml." : "Names end in .rego.");
            }
            else if (seen.Add(Path.GetFullPath(path)))
            {
                found.Add(new(path, []));
            }
        }

        return found;
    }

    public static bool HasEnding(string path, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static void Walk(DirectoryInfo folder, string path, IReadOnlyList<string> below, bool documents, List<Found> found, HashSet<string> seen)
    {
        if (below.Count > MaxDepth)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' lies deeper than {MaxDepth} folders.");
        }

        foreach (var entry in folder.EnumerateFileSystemInfos().Where(e => !e.Name.StartsWith('.')).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var name = Path.Join(path, entry.Name);
            if (entry is DirectoryInfo inner)
            {
                if (inner.LinkTarget is null)
                {
                    Walk(inner, name, [.. below, entry.Name], documents, found, seen);
                }
            }
            else if (HasEnding(name, ".rego") || (documents && HasEnding(name, ".json", ".yaml", ".yml")))
            {
                if (seen.Add(entry.FullName))
                {
                    found.Add(new(name, below));
                }

                if (found.Count > MaxFiles)
                {
                    throw new CliException(ExitCode.BadInput, $"There are more than {MaxFiles:N0} policies and documents.", "Name the folders that belong together.");
                }
            }
        }
    }

    public static string Near(string path)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        var near = Directory.Exists(folder) ? NearestName.Find(Path.GetFileName(path), Directory.EnumerateFileSystemEntries(folder).Take(MaxFiles).Select(e => Path.GetFileName(e))) : null;
        return near is null ? "" : $"Did you mean '{(folder == "." ? near : Path.Join(folder, near))}'?";
    }
}
