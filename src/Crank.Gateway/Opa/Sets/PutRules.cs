using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Gateway.Opa.Sets;

/// <summary>Where a policy that is put over HTTP may stand: nowhere near what the gate reads, so that it can neither change a decision of the gate nor be taken for one.</summary>
internal static class PutRules
{
    /// <summary>Roots that are the mesh's own.</summary>
    private static readonly string[] s_kept = ["crank", "mesh"];

    /// <summary>The keys of a module's package below <c>data</c>.</summary>
    public static string[] PackageOf(Module module) => [.. module.Package.Path.Path.Skip(1).OfType<Term.String>().Select(p => p.Value)];

    /// <summary>Why a module may not be put beside a set; null when it may.</summary>
    public static string? Fault(AskedBasis basis, Module module)
    {
        var package = PackageOf(module);
        var path = string.Join('/', package);
        if (s_kept.Contains(package[0]))
        {
            return $"path {path} is owned by the mesh; change it by the policies that it loads";
        }

        if (package is ["system", _, ..])
        {
            return $"package {string.Join('.', package)} has no meaning here: a put policy decides over nothing but questions that are asked over HTTP";
        }

        if (basis.Policies.Policy.Modules.Any(m => Overlap(PackageOf(m.Source), package)) || HoldsData(basis.Data, package))
        {
            return $"path {path} is owned by bundle \"{OpaAnswer.SetName}\" at revision {basis.Revision}";
        }

        return null;
    }

    /// <summary>Whether one path lies on the way to the other, or is it.</summary>
    public static bool Overlap(ReadOnlySpan<string> one, ReadOnlySpan<string> other)
    {
        var both = Math.Min(one.Length, other.Length);
        return one[..both].SequenceEqual(other[..both]);
    }

    private static bool HoldsData(Snapshot data, string[] package)
    {
        var at = data.Data;
        foreach (var key in package)
        {
            if (at.Kind != ValueKind.Object)
            {
                return true;
            }

            at = at.AsObject().Get(key);
            if (at.IsUndefined)
            {
                return false;
            }
        }

        return true;
    }
}
