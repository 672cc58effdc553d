using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>The parts of <c>data</c> that a bundle owns. Nothing of it may lie elsewhere.</summary>
internal sealed class Roots
{
    private const int Most = 1_000;
    private readonly string[][] _roots;

    private Roots(string[][] roots) => _roots = roots;

    public static Roots All { get; } = new([[]]);

    public IReadOnlyList<string> Names => [.. _roots.Select(static root => string.Join('/', root))];

    public static Roots Of(in Value value)
    {
        if (value.Kind != ValueKind.Array || value.AsArray() is not { Count: <= Most } names)
        {
            throw Manifest.Wrong($"roots must be a list of at most {Most} paths.");
        }

        var roots = names.Select(static name => name.TryGetString(out var text)
            ? text.Trim('/') is { Length: > 0 } path ? path.Split('/') : []
            : throw Manifest.Wrong("roots must be strings.")).ToArray();
        for (var i = 0; i < roots.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (IsBelow(roots[i], roots[j]) || IsBelow(roots[j], roots[i]))
                {
                    throw Manifest.Wrong($"roots '{string.Join('/', roots[j])}' and '{string.Join('/', roots[i])}' overlap.");
                }
            }
        }

        return new(roots);
    }

    /// <summary>Refuses a package outside.</summary>
    public void Check(string file, string[] package)
    {
        if (!_roots.Any(root => IsBelow(package, root)))
        {
            throw new BundleException($"{file}: package {string.Join('.', package)} lies outside the roots of the manifest.");
        }
    }

    /// <summary>The parts that both own.</summary>
    public Roots Within(Roots other) =>
        new([.. _roots.Where(root => other._roots.Any(outer => IsBelow(root, outer))), .. other._roots.Where(root => _roots.Any(outer => root.Length > outer.Length && IsBelow(root, outer)))]);

    /// <summary>Refuses a change outside.</summary>
    public void CheckPath(string[] path)
    {
        if (!_roots.Any(root => IsBelow(path, root)))
        {
            throw Patch.Wrong($"'/{string.Join('/', path)}' lies outside the roots of the bundle or of the manifest beside it.");
        }
    }

    /// <summary>Refuses a document outside. Objects on the way to a root are no documents themselves.</summary>
    public void Check(ObjectValue data) => Check(data, []);

    private void Check(in Value node, string[] path)
    {
        if (_roots.Any(root => IsBelow(path, root)))
        {
            return;
        }

        if (node.Kind != ValueKind.Object || (path.Length > 0 && !_roots.Any(root => IsBelow(root, path))))
        {
            throw new BundleException($"Data at '{string.Join('/', path)}' lies outside the roots of the manifest.");
        }

        foreach (var (key, value) in node.AsObject())
        {
            Check(value, [.. path, key.AsString()]);
        }
    }

    private static bool IsBelow(string[] path, string[] root) => path.AsSpan().StartsWith(root);
}
