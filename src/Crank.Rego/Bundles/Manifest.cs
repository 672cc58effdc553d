using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>What a bundle says of itself.</summary>
internal sealed record Manifest(string Revision, Roots Roots)
{
    public static Manifest None { get; } = new("", Roots.All);

    public static Manifest Of(in Value document)
    {
        if (document.Kind != ValueKind.Object)
        {
            throw Wrong("must be a JSON object.");
        }

        var members = document.AsObject();
        RequireV1("rego_version", members.Get("rego_version"));
        if (Given(members, "file_rego_versions") is { IsDefined: true } versions)
        {
            foreach (var (pattern, version) in versions.Kind == ValueKind.Object ? versions.AsObject() : throw Wrong("file_rego_versions must be an object."))
            {
                RequireV1($"file_rego_versions for {pattern}", version);
            }
        }

        if (Given(members, "wasm") is { IsDefined: true } wasm && (wasm.Kind != ValueKind.Array || wasm.AsArray().Count > 0))
        {
            throw Wrong("wasm resolvers are not supported; build the bundle with target rego.");
        }

        var revision = Given(members, "revision");
        return new(
            revision.IsUndefined ? "" : revision.TryGetString(out var text) ? text : throw Wrong("revision must be a string."),
            Given(members, "roots") is { IsDefined: true } roots ? Roots.Of(roots) : Roots.All);
    }

    public static BundleException Wrong(string why) => new($"{BundleFiles.Manifest}: {why}");

    private static Value Given(ObjectValue members, string name) => members.Get(name) is var value && value.Kind == ValueKind.Null ? default : value;

    private static void RequireV1(string what, in Value version)
    {
        if (version.IsUndefined || version.Kind == ValueKind.Null || (version.TryGetInt64(out var number) && number == 1))
        {
            return;
        }

        throw Wrong(version.TryGetInt64(out number) && number == 0
            ? $"{what} is 0: Rego v0 is not supported; migrate with opa fmt --v0-v1."
            : $"{what} is {version}: only Rego v1 is supported.");
    }
}
