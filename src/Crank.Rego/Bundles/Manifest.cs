using Crank.Rego.Patterns;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>What a bundle says of itself.</summary>
internal sealed record Manifest(string Revision, Roots Roots, bool IsV0, IReadOnlyList<(string Pattern, bool IsV0)> FileVersions)
{
    public static Manifest None { get; } = new("", Roots.All, false, []);

    public static Manifest Of(in Value document)
    {
        if (document.Kind != ValueKind.Object)
        {
            throw Wrong("must be a JSON object.");
        }

        var members = document.AsObject();
        var isV0 = IsVersion0("rego_version", members.Get("rego_version"));
        var files = new List<(string Pattern, bool IsV0)>();
        if (Given(members, "file_rego_versions") is { IsDefined: true } versions)
        {
            foreach (var (pattern, version) in versions.Kind == ValueKind.Object ? versions.AsObject() : throw Wrong("file_rego_versions must be an object."))
            {
                files.Add((pattern.AsString(), IsVersion0($"file_rego_versions for {pattern}", version)));
            }
        }

        if (Given(members, "wasm") is { IsDefined: true } wasm && (wasm.Kind != ValueKind.Array || wasm.AsArray().Count > 0))
        {
            throw Wrong("wasm resolvers are not supported; build the bundle with target rego.");
        }

        var revision = Given(members, "revision");
        return new(
            revision.IsUndefined ? "" : revision.TryGetString(out var text) ? text : throw Wrong("revision must be a string."),
            Given(members, "roots") is { IsDefined: true } roots ? Roots.Of(roots) : Roots.All,
            isV0,
            [.. files.OrderByDescending(static f => f.Pattern.Length).ThenBy(static f => f.Pattern, StringComparer.Ordinal)]);
    }

    /// <summary>Whether a policy is Rego v0: as the longest pattern says that its path matches, else as the whole bundle.</summary>
    public bool IsFileV0(string path)
    {
        foreach (var (pattern, isV0) in FileVersions)
        {
            try
            {
                if (Glob.Compile(pattern.TrimStart('/'), []).IsMatch(path))
                {
                    return isV0;
                }
            }
            catch (PatternException broken)
            {
                throw Wrong($"file_rego_versions for '{pattern}': {broken.Message}");
            }
        }

        return IsV0;
    }

    public static BundleException Wrong(string why) => new($"{BundleFiles.Manifest}: {why}");

    private static Value Given(ObjectValue members, string name) => members.Get(name) is var value && value.Kind == ValueKind.Null ? default : value;

    private static bool IsVersion0(string what, in Value version)
    {
        if (version.IsUndefined || version.Kind == ValueKind.Null)
        {
            return false;
        }

        return version.TryGetInt64(out var number) && number is 0 or 1 ? number == 0 : throw Wrong($"{what} is {version}: only Rego v0 and v1 are supported.");
    }
}
