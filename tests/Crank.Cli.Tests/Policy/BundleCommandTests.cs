using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using Crank.Rego.Bundles;

namespace Crank.Cli.Tests.Policy;

public sealed class BundleCommandTests
{
    private const string Access = "# METADATA\n# title: Access\npackage access\n\n# METADATA\n# title: Who may\nallow if data.people.roles[input.user] == \"admin\"\n";

    private static PolicyFiles Files() => new(
        ("access.rego", Access), ("access_test.rego", "package access_test\n\ntest_x if not data.access.allow\n"), ("people/data.json", """{"roles": {"ann": "admin"}}"""));

    [Fact]
    public async Task What_was_built_is_a_bundle_of_policies_one_data_file_and_a_manifest()
    {
        using var files = Files();
        var target = files.Folder.InFolder("access.tar.gz");
        var run = (await files.Folder.CrankAsync("policy", "build", files.Root, "-o", target, "--revision", "r7", "--root", "access", "--root", "people", "--ignore", "*_test.rego", "--json")).Exits(0);
        var bundle = Load(target);
        Assert.Equal(bundle.Digest, run.OutJson.GetProperty("digest").GetString());
        Assert.Equal("r7", bundle.Revision);
        Assert.Equal(["access", "people"], bundle.Roots);
        Assert.Equal("access.rego", Assert.Single(bundle.Modules).Name);
        var policies = bundle.Compile();
        Assert.True(policies.Prepare("data.access.allow", bundle.ToSnapshot(policies)).Decide("""{"user": "ann"}"""u8).Result.IsTrue);

        // The same again, from another place and as a bundle.
        var again = files.Folder.InFolder("again.tar.gz");
        (await files.Folder.CrankAsync("policy", "build", "-b", target, "-o", again)).Exits(0);
        Assert.Equal(File.ReadAllBytes(target), File.ReadAllBytes(again));
    }

    [Theory]
    [InlineData(ExitCode.BadInput, "rego_unsafe_var_error: var inptu is unsafe", "access.rego", "package access\n\nallow if inptu.x\n")]
    [InlineData(ExitCode.BadInput, "lies outside the roots of the manifest", "other.rego", "package other\n")]
    public async Task What_does_not_compile_or_lies_outside_the_roots_is_not_written(int exit, string message, string name, string text)
    {
        using var files = new PolicyFiles((name, text));
        Assert.Contains(message, (await files.Folder.CrankAsync("policy", "build", files.Root, "--root", "access", "-o", files.Folder.InFolder("b.tar.gz"))).Exits(exit).Error);
        Assert.False(File.Exists(files.Folder.InFolder("b.tar.gz")));
    }

    [Fact, SupportedOSPlatform("linux")]
    public async Task A_signed_bundle_is_verified_and_a_tampered_one_is_not()
    {
        using var files = Files();
        var (key, verifier) = Keys(files);
        var target = files.Folder.InFolder("signed.tar.gz");
        var built = (await files.Folder.CrankAsync("policy", "build", files.Root, "-o", target, "--signing-key", key, "--signing-key-id", "ops", "--scope", "write")).Exits(0);
        Assert.Contains("signed with ES256", built.Out);
        Assert.Empty(built.Error);
        var options = new BundleOptions { Keys = [new("ops", "ES256", File.ReadAllText(verifier))], Scope = "write" };
        Assert.Equal("ops", Load(target, options).SignedBy);
        Assert.Contains("verified", (await files.Folder.CrankAsync("policy", "inspect", target, "--verification-key", verifier, "--scope", "write")).Exits(0).Out);
        Assert.Contains("the bundle is signed, and no key is given", (await files.Folder.CrankAsync("policy", "bench", "data.access.allow", "-b", target, "--time", "10ms")).Exits(ExitCode.BadInput).Error);

        var draft = BundleDraft.Read(new MemoryStream(File.ReadAllBytes(target)));
        draft.Remove("access.rego");
        draft.Add("access.rego", "package access\n\nallow := true\n"u8.ToArray());
        var tampered = files.Folder.InFolder("tampered.tar.gz");
        File.WriteAllBytes(tampered, draft.Pack());
        Assert.Throws<BundleException>(() => Load(tampered, options));
        Assert.Contains("access.rego is not what was signed", (await files.Folder.CrankAsync("policy", "inspect", tampered, "--verification-key", verifier, "--scope", "write")).Exits(ExitCode.VerificationSaysNo).Error);
        (await files.Folder.CrankAsync("policy", "build", "-b", tampered, "-o", target, "--verification-key", verifier, "--scope", "write")).Exits(ExitCode.BadInput);

        // Signed again by who is in charge, it is a bundle like any other.
        (await files.Folder.CrankAsync("policy", "sign", tampered, "--signing-key", key, "--signing-key-id", "ops", "--scope", "write", "-o", target)).Exits(0);
        Assert.Equal("ops", Load(target, options).SignedBy);
    }

    [Fact, SupportedOSPlatform("linux")]
    public async Task A_key_that_others_may_read_is_used_with_a_warning()
    {
        using var files = new PolicyFiles(("a.rego", "package a\n"));
        var key = files.Folder.Write("secret", "a secret of this test");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var run = (await files.Folder.CrankAsync("policy", "sign", "-b", files.Root, "--signing-key", key, "--signing-alg", "HS256")).Exits(0);
        Assert.Contains("chmod 600", run.Error);
        Assert.True(File.Exists(files.At(".signatures.json")));
        Assert.Equal("key", BundleLoader.Read(files.Root, new() { Keys = [new("key", "HS256", "a secret of this test")] }).SignedBy);
        Assert.DoesNotContain("a secret of this test", run.Out + run.Error, StringComparison.Ordinal);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty((await files.Folder.CrankAsync("policy", "sign", files.Root, "--signing-key", key, "--signing-alg", "HS256")).Exits(0).Error);
        Assert.Contains("say --signing-alg HS256", (await files.Folder.CrankAsync("policy", "sign", files.Root, "--signing-key", key)).Exits(ExitCode.BadInput).Error);
    }

    [Fact]
    public async Task A_bundle_is_shown_with_manifest_packages_signature_and_metadata()
    {
        using var files = Files();
        files.Folder.Write("p/.manifest", """{"revision": "r1", "roots": [""], "metadata": {"team": "x"}}""");
        var shown = (await files.Folder.CrankAsync("policy", "inspect", files.Root, "-a")).Exits(0).Out;
        foreach (var text in (string[])["revision  r1", "data.access       /access.rego", "data.people       /people/data.json", "NOT SIGNED", "Who may"])
        {
            Assert.Contains(text, shown);
        }

        var json = (await files.Folder.CrankAsync("policy", "inspect", files.Root, "-a", "-f", "json")).Exits(0).OutJson;
        Assert.Equal("x", json.GetProperty("manifest").GetProperty("metadata").GetProperty("team").GetString());
        Assert.Equal("/access.rego", json.GetProperty("namespaces").GetProperty("data.access")[0].GetString());
        var annotation = json.GetProperty("annotations").EnumerateArray().Single(a => a.GetProperty("annotations").GetProperty("scope").GetString() == "rule");
        Assert.Equal("Who may", annotation.GetProperty("annotations").GetProperty("title").GetString());
        Assert.Equal(["data", "access", "allow"], annotation.GetProperty("path").EnumerateArray().Select(p => p.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task What_an_answer_costs_is_measured()
    {
        using var files = Files();
        var input = files.Folder.Write("input.json", """{"user": "ann"}""");
        var json = (await files.Folder.CrankAsync("policy", "bench", "data.access.allow", "-d", files.Root, "-i", input, "--time", "20ms", "--json")).Exits(0).OutJson;
        Assert.True(json.GetProperty("N").GetInt32() >= 1);
        Assert.Equal(JsonValueKind.Number, json.GetProperty("Extra").GetProperty("histogram_timer_rego_query_eval_ns_99%").ValueKind);
        var lines = (await files.Folder.CrankAsync("policy", "bench", "data.access.allow", files.Root, "-i", input, "--time", "20ms", "--count", "2", "--format", "gobench", "--backend", "nodes")).Exits(0).Out;
        Assert.Equal(2, lines.Split("ns/op\t").Length - 1 - (lines.Split("cpu-ns/op").Length - 1));
        Assert.Contains("There is no answer", (await files.Folder.CrankAsync("policy", "bench", "data.access.allow", files.Root, "--time", "20ms")).Exits(ExitCode.NotDone).Error);
        (await files.Folder.CrankAsync("policy", "bench", "data.access.allow", files.Root, "--time", "20ms", "--fail=false")).Exits(0);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--signing-key-id go with --signing-key", "build", "docs", "--claims-file", "x")]
    [InlineData(ExitCode.Usage, "--verification-key-id goes with", "inspect", "docs", "--verification-key-id", "x")]
    [InlineData(ExitCode.Usage, "--bundle takes one bundle", "build", "-b", "docs", "src")]
    [InlineData(ExitCode.Usage, "--count is 1 to 100", "bench", "1", "--count", "0")]
    [InlineData(ExitCode.Usage, "--bundle does not go with", "bench", "1", "docs", "-b", "docs")]
    [InlineData(ExitCode.NotFoundOrConflict, "There is no bundle 'bundel.tar.gz'", "sign", "bundel.tar.gz", "--signing-key", "x")]
    [InlineData(ExitCode.NotFoundOrConflict, "There is no key file 'x'", "sign", "docs/guide", "--signing-key", "x")]
    [InlineData(ExitCode.BadInput, "The bundle is no gzipped tar archive", "inspect", "README.md")]
    public async Task What_does_not_fit_is_said(int exit, string message, params string[] args)
    {
        using var files = new PolicyFiles();
        Assert.Contains(message, (await files.Folder.CrankAsync(["policy", .. args])).Exits(exit).Error);
    }

    private static Bundle Load(string path, BundleOptions? options = null)
    {
        using var archive = File.OpenRead(path);
        return BundleLoader.Read(archive, options);
    }

    [SupportedOSPlatform("linux")]
    private static (string Private, string Public) Keys(PolicyFiles files)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = files.Folder.Write("key.pem", ecdsa.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (key, files.Folder.Write("public.pem", ecdsa.ExportSubjectPublicKeyInfoPem()));
    }
}
