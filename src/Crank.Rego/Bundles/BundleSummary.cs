using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>What a bundle says of itself, for people who look into one. Whether it may be used says <see cref="BundleLoader"/> alone.</summary>
/// <param name="Manifest">The manifest as it is; an empty object when there is none.</param>
/// <param name="Namespaces">The packages and documents, such as <c>data.app</c>, each with the paths of its files, sorted.</param>
/// <param name="Modules">The policies that parse, with their metadata.</param>
/// <param name="Errors">What is wrong with those that do not.</param>
/// <param name="Signature">What the signature says; null when there is none.</param>
public sealed record BundleSummary(
    ObjectValue Manifest,
    IReadOnlyList<(string Name, IReadOnlyList<string> Files)> Namespaces,
    IReadOnlyList<Module> Modules,
    IReadOnlyList<RegoError> Errors,
    SignatureSummary? Signature)
{
    internal static BundleSummary Of(BundleFiles files)
    {
        var (modules, errors) = (new List<Module>(), new List<RegoError>());
        var namespaces = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var versions = files.Has(BundleFiles.Manifest) ? Bundles.Manifest.Of(files.Document(BundleFiles.Manifest)) : Bundles.Manifest.None;
        foreach (var path in files.Paths)
        {
            if (BundleFiles.IsData(path))
            {
                Put(string.Join('.', path.Split('/')[..^1].Prepend("data")), path);
            }
            else if (path.EndsWith(".rego", StringComparison.Ordinal))
            {
                var parsed = versions.IsFileV0(path) ? RegoV0.Parse(path, files.Text(path)) : Parser.ParseModule(path, files.Text(path));
                errors.AddRange(parsed.Errors);
                if (parsed.Ok)
                {
                    modules.Add(parsed.Value);
                    Put(parsed.Value.Package.Path.ToString()!, path);
                }
            }
        }

        var manifest = files.Has(BundleFiles.Manifest) ? files.Document(BundleFiles.Manifest) : ObjectValue.Empty;
        return new(
            manifest.AsObject(),
            [.. namespaces.Select(static n => (n.Key, (IReadOnlyList<string>)n.Value))],
            modules,
            errors,
            Bundles.Signature.Summarize(files));

        void Put(string name, string path)
        {
            if (!namespaces.TryGetValue(name, out var paths))
            {
                namespaces[name] = paths = [];
            }

            paths.Add(path);
        }
    }
}
