using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Bundles;

public sealed class BundleLoaderTests
{
    [Fact]
    public void A_bundle_gives_its_policies_data_and_revision()
    {
        var bundle = Archives.Read(Archives.Pack(Archives.Files()));
        Assert.Equal("r1", bundle.Revision);
        Assert.Equal(["app", "limits"], bundle.Roots);
        Assert.Null(bundle.SignedBy);
        var policies = bundle.Compile();
        var decision = policies.Prepare("data.app.allow", bundle.ToSnapshot(policies)).Decide("""{"n": 3}"""u8);
        Assert.True(decision.Result.IsTrue);
        Assert.Equal("r1", decision.DataRevision);
    }

    [Fact]
    public void A_bundle_without_manifest_owns_everything()
    {
        var bundle = Archives.Read(Archives.Pack(Archives.Files()[..2]));
        Assert.Equal([""], bundle.Roots);
        Assert.Equal("", bundle.Revision);
    }

    [Fact]
    public void A_folder_reads_as_the_archive_does()
    {
        var folder = Directory.CreateTempSubdirectory("bundle");
        try
        {
            folder.CreateSubdirectory("app");
            foreach (var (name, text) in Archives.Files())
            {
                File.WriteAllText(Path.Combine(folder.FullName, name), text);
            }

            var read = BundleLoader.Read(folder.FullName);
            var archive = Archives.Read(Archives.Pack(Archives.Files()));
            Assert.Equal(archive.Digest, read.Digest);
            Assert.Equal<Value>(archive.Data, read.Data);
            Assert.Equal(archive.Modules, read.Modules);

            File.CreateSymbolicLink(Path.Combine(folder.FullName, "app", "more.rego"), Path.Combine(folder.FullName, "app", "policy.rego"));
            Assert.Contains("app/more.rego: is a link", Assert.Throws<BundleException>(() => BundleLoader.Read(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    public void Long_names_are_read_in_every_format(TarEntryFormat format)
    {
        var name = $"{new string('a', 90)}/{new string('b', 60)}/data.json";
        var bundle = Archives.Read(Archives.Pack(format, Archives.Entry(format, name, "7")));
        Assert.Equal(7L, bundle.Data.Get(new string('a', 90)).Get(new string('b', 60)));
    }

    [Fact]
    public void Data_is_joined_at_its_folders()
    {
        var bundle = Archives.Read(Archives.Pack(("data.json", """{"a": {"x": 1}}"""), ("a/data.yaml", "z: [1, yes]"), ("a/b/data.json", "2"), ("a/other.json", "not read")));
        Assert.Equal("""{"a":{"b":2,"x":1,"z":[1,true]}}""", JsonOut.Write(bundle.Data));
    }

    [Theory]
    [InlineData("data.json", """{"a": 1}""", "a/data.json", """{"x": 1}""")]
    [InlineData("data.json", """{"a": {"x": 1}}""", "a/data.json", """{"x": 1}""")]
    [InlineData("data.json", """{"a": {"x": 1}}""", "a/data.json", "2")]
    [InlineData("data.json", """{"a": 1}""", "a/data.json", "{}")]
    [InlineData("data.json", """{"a": 1}""", "data.yaml", "a: 2")]
    [InlineData("data.json", "[]", "a/data.json", "1")]
    public void Data_that_overlaps_is_refused(string first, string firstText, string second, string secondText) =>
        Assert.Contains("must be an object that can be joined", Archives.Refused(Archives.Pack((first, firstText), (second, secondText))), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"roots": ["app"]}""", "Data at 'limits' lies outside the roots")]
    [InlineData("""{"roots": ["ap", "limits"]}""", "package app lies outside the roots")]
    [InlineData("""{"roots": ["app", "limits/n"]}""", "Data at 'limits/b' lies outside the roots")]
    [InlineData("""{"roots": []}""", "lies outside the roots")]
    [InlineData("""{"roots": ["app", "limits", "app/x"]}""", "'app' and 'app/x' overlap")]
    [InlineData("""{"roots": ["app", "app"]}""", "overlap")]
    [InlineData("""{"roots": ["", "app"]}""", "overlap")]
    [InlineData("""{"roots": "app"}""", "roots must be a list")]
    [InlineData("""{"roots": [1]}""", "roots must be strings")]
    [InlineData("""{"revision": 1}""", "revision must be a string")]
    [InlineData("""{"rego_version": 2}""", "only Rego v0 and v1")]
    [InlineData("""{"rego_version": "0"}""", "only Rego v0 and v1")]
    [InlineData("""{"rego_version": 1, "file_rego_versions": {"/app/*": 3}}""", "only Rego v0 and v1")]
    [InlineData("""{"rego_version": 1, "file_rego_versions": {"/app/[": 0}}""", "file_rego_versions for '/app/['")]
    [InlineData("""{"wasm": [{"entrypoint": "app/allow"}]}""", "wasm resolvers are not supported")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", ".manifest: ")]
    public void A_manifest_that_does_not_fit_is_refused(string manifest, string why) =>
        Assert.Contains(why, Archives.Refused(Archives.Pack(Archives.Files(manifest))), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"rego_version": 0}""", "old/a.rego", true)]
    [InlineData("""{"file_rego_versions": {"/old/*": 0}}""", "old/a.rego", true)]
    [InlineData("""{"rego_version": 0, "file_rego_versions": {"*": 0, "/old/*": 1}}""", "old/a.rego", false)]
    [InlineData("""{"rego_version": 1, "file_rego_versions": {"/old/*": 0}}""", "new/a.rego", false)]
    [InlineData("{}", "a.rego", false)]
    public void A_policy_is_read_in_the_version_that_the_manifest_says_of_its_file(string manifest, string path, bool v0)
    {
        var archive = Archives.Pack((".manifest", manifest), (path, "package a\n\np[x] { x := input.xs[_] }\n"));
        if (!v0)
        {
            Assert.Throws<PolicyException>(() => Archives.Read(archive));
            return;
        }

        var bundle = Archives.Read(archive);
        Assert.Contains("p contains x if", Assert.Single(bundle.Modules).Text, StringComparison.Ordinal);
        Assert.Equal("[1]", bundle.Compile().Prepare("data.a.p").Decide("""{"xs": [1]}"""u8).ToJson());
        Assert.Equal("data.a", Assert.Single(BundleDraft.Read(new MemoryStream(archive)).Summarize().Namespaces).Name);
    }

    [Fact]
    public void A_root_named_as_the_beginning_of_another_does_not_overlap_it() =>
        Assert.Equal(["app", "application", "limits"], Archives.Read(Archives.Pack(Archives.Files("""{"roots": ["app", "application", "/limits/"]}"""))).Roots);

    [Theory]
    [InlineData("../x.rego", "leads out of the bundle")]
    [InlineData("/a/../../x.rego", "leads out of the bundle")]
    [InlineData("a/../x.rego", "leads out of the bundle")]
    [InlineData("a\\x.rego", "backslash")]
    [InlineData("patch.json", "read a whole bundle first")]
    [InlineData("policy.wasm", "WebAssembly")]
    [InlineData("a/.manifest", "must lie at the top")]
    [InlineData("a/.signatures.json", "must lie at the top")]
    [InlineData("./app/policy.rego", "two files of this name")]
    public void A_member_that_must_not_be_there_is_refused(string name, string why) =>
        Assert.Contains(why, Archives.Refused(Archives.Pack([.. Archives.Files(), (name, "{}")])), StringComparison.Ordinal);

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public void What_is_neither_file_nor_folder_is_refused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "data.json");
        if (type != TarEntryType.Fifo)
        {
            entry.LinkName = "/etc/passwd";
        }

        Assert.Contains(type == TarEntryType.Fifo ? "neither file nor folder" : "is a link", Archives.Refused(Archives.Pack(TarEntryFormat.Pax, entry)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_is_kept()
    {
        var archive = Archives.Pack([.. Archives.Files(), ("a/b/c/data.json", "{}")]);
        Assert.Contains("The archive has more than", Archives.Refused(archive, new() { Limits = new() { PackedBytes = archive.Length - 1 } }), StringComparison.Ordinal);
        Assert.Contains("has more than 3 members", Archives.Refused(archive, new() { Limits = new() { Members = 3 } }), StringComparison.Ordinal);
        Assert.Contains("below more than 2 folders", Archives.Refused(archive, new() { Limits = new() { Depth = 2 } }), StringComparison.Ordinal);
        var large = Archives.Pack(("data.json", new string(' ', 1 << 20)));
        Assert.Contains("unpacks to more than", Archives.Refused(large, new() { Limits = new() { UnpackedBytes = 1 << 20 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Archives_that_are_cut_short_or_damaged_anywhere_are_refused_without_a_crash()
    {
        var archive = Archives.Pack(Archives.Files());
        for (var length = 0; length < archive.Length; length++)
        {
            Archives.Refused(archive[..length]);
        }

        Assert.Contains("something follows it", Archives.Refused([.. archive, 0]), StringComparison.Ordinal);

        // The checksum, at the end, and the length after it.
        var damaged = (byte[])archive.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(^8), ~BinaryPrimitives.ReadUInt32LittleEndian(damaged.AsSpan(^8)));
        Assert.Contains("damaged", Archives.Refused(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_is_nested_too_deep_is_refused() =>
        Archives.Refused(Archives.Pack(("data.json", $"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}")));

    [Fact]
    public void A_policy_that_does_not_parse_is_shown_with_its_place()
    {
        var error = Assert.Throws<PolicyException>(() => Archives.Read(Archives.Pack([.. Archives.Files(), ("app/more.rego", "package app\n\nx := {")])));
        Assert.Equal("app/more.rego", error.Errors[0].File);
    }

    [Fact]
    public void The_digest_changes_with_every_byte_and_every_name()
    {
        var digests = new[]
        {
            Archives.Pack(("data.json", "{}")),
            Archives.Pack(("data.json", "{} ")),
            Archives.Pack(("data.json", "{}"), ("note", "")),
            Archives.Pack(("data.json", "{}"), ("notes", "")),
        }.Select(static archive => Archives.Read(archive).Digest);
        Assert.Distinct(digests);
    }

    [Fact]
    public void What_is_no_archive_is_refused() =>
        Assert.Contains("no gzipped tar", Archives.Refused(Encoding.UTF8.GetBytes("package app")), StringComparison.Ordinal);
}
