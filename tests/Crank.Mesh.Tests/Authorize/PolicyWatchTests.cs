using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Loading;
using Crank.Rego.Values;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Mesh.Tests.Authorize;

public sealed class PolicyWatchTests : IDisposable
{
    private const string Yes = "package crank.access\n\ndecision := {\"allow\": true, \"rule\": data.word.is}\n";
    private const string Wrong = "package crank.access\n\ndecision := {\"allow\": treu}\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crank-policy-");

    [Fact]
    public void A_folder_is_loaded_with_its_documents_and_named_by_its_digest()
    {
        Write("access.rego", Yes);
        Write("word/data.json", """{"is": "one"}""");
        Write("access_test.rego", "package crank.access_test\n\ntest_nothing if true\n");
        using var watch = PolicyWatch.Open(new() { Folder = _folder.FullName }, TimeProvider.System);
        var set = watch.Book.Current;
        Assert.Equal("one", Ask(watch).Rule);
        Assert.Equal(($"folder/{set.Digest.Hex[..16]}", $"folder {_folder.FullName}"), (set.Revision, set.Origin));
        Assert.Single(set.Policies.Policy.Modules);
        Write(".manifest", """{"revision": "prod/12"}""");
        Assert.True(watch.Reload().Changed);
        Assert.Equal("prod/12", Ask(watch).Revision);
    }

    [Fact]
    public void Nothing_named_is_the_default_set()
    {
        using var watch = PolicyWatch.Open(new(), TimeProvider.System);
        Assert.Equal(DefaultPolicies.Revision, watch.Book.Current.Revision);
        Assert.False(watch.Reload().Changed);
    }

    [Fact]
    public void A_mistake_is_shown_with_file_row_column_and_line_and_nothing_is_loaded()
    {
        Write("a.rego", Wrong);
        var first = Assert.Throws<PolicyLoadException>(() => PolicyWatch.Open(new() { Folder = _folder.FullName }, TimeProvider.System));
        foreach (var part in (string[])["an error", "a.rego:3", "treu is unsafe", "  decision := {\"allow\": treu}", "^"])
        {
            Assert.Contains(part, first.Message, StringComparison.Ordinal);
        }

        Write("a.rego", "package a\n\nx := [1\n");
        Write("b.rego", "package b\n\nx := 1 if }\n");
        var error = Assert.Throws<PolicyLoadException>(() => PolicyWatch.Open(new() { Folder = _folder.FullName }, TimeProvider.System));
        foreach (var part in (string[])["errors", "a.rego:", "b.rego:3", "  x := 1 if }", "^"])
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Everything_wrong_with_the_settings_is_said_at_once()
    {
        var error = Assert.Throws<PolicyLoadException>(() => PolicyWatch.Open(new() { Folder = Path("no-folder"), Bundle = Path("no.tar.gz"), Key = Path("no.pem") }, TimeProvider.System));
        foreach (var part in (string[])["both given", "no folder", "no file '" + Path("no.tar.gz"), "policy.key"])
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("neither policy.folder", Assert.Throws<PolicyLoadException>(() => PolicyWatch.Open(new() { Key = Path("no.pem") }, TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.Contains("no policy in", Assert.Throws<PolicyLoadException>(() => PolicyWatch.Open(new() { Folder = _folder.FullName }, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_set_never_replaces_a_good_one_and_its_error_can_be_seen_until_it_is_mended()
    {
        Write("access.rego", Yes);
        Write("data.json", """{"word": {"is": "one"}}""");
        using var watch = PolicyWatch.Open(new() { Folder = _folder.FullName }, TimeProvider.System);
        foreach (var (file, bad) in new[] { ("access.rego", Wrong), ("access.rego", Yes + "}"), ("data.json", "{"), ("data.json", "[1]"), (".manifest", """{"rego_version": 2}""") })
        {
            var before = File.Exists(Path(file)) ? File.ReadAllText(Path(file)) : null;
            Write(file, bad);
            var reload = watch.Reload();
            Assert.NotNull(reload.Failure);
            Assert.False(reload.Changed);
            Assert.Equal(reload.Failure, watch.Book.LastError);
            Assert.Equal("one", Ask(watch).Rule);
            if (before is null)
            {
                File.Delete(Path(file));
            }
            else
            {
                Write(file, before);
            }

            Assert.Equal((false, null), (watch.Reload().Changed, watch.Book.LastError));
        }

        Directory.Delete(_folder.FullName, true);
        Assert.NotNull(watch.Reload().Failure);
        Assert.Equal("one", Ask(watch).Rule);
    }

    [Fact]
    public void A_bundle_is_loaded_and_one_that_nobody_signed_is_not_when_a_key_is_named()
    {
        Pack("set.tar.gz", ("/access.rego", Yes), ("/data.json", """{"word": {"is": "packed"}}"""), ("/.manifest", """{"revision": "b/3", "roots": ["crank", "word"]}"""));
        using var watch = PolicyWatch.Open(new() { Bundle = Path("set.tar.gz") }, TimeProvider.System);
        Assert.Equal(("packed", "b/3"), (Ask(watch).Rule, Ask(watch).Revision));
        Write("ops.pem", "a secret of some length, which is shared");
        Assert.NotNull(watch.Reload(watch.Settings with { Key = Path("ops.pem"), Algorithm = "HS256" }).Failure);
        Assert.Null(watch.Settings.Key);
        File.WriteAllText(Path("set.tar.gz"), "not an archive");
        Assert.NotNull(watch.Reload().Failure);
        Assert.Equal("packed", Ask(watch).Rule);
    }

    [Fact]
    public void Deltas_are_applied_in_order_and_one_that_does_not_fit_leaves_the_last_good_set()
    {
        Pack("set.tar.gz", ("/access.rego", Yes), ("/data.json", """{"word": {"is": "packed"}}"""), ("/.manifest", """{"revision": "b/3", "roots": ["crank", "word"]}"""));
        Write("deltas/note.txt", "not one of them");
        using var watch = PolicyWatch.Open(new() { Bundle = Path("set.tar.gz"), Deltas = Path("deltas") }, TimeProvider.System);
        Assert.Equal(("packed", "b/3"), (Ask(watch).Rule, Ask(watch).Revision));
        Pack("deltas/1.tar.gz", ("/patch.json", """{"data": [{"op": "replace", "path": "/word/is", "value": "first"}]}"""), ("/.manifest", """{"revision": "b/4"}"""));
        Pack("deltas/2.tar.gz", ("/patch.json", """{"data": [{"op": "replace", "path": "/word/is", "value": "second"}]}"""), ("/.manifest", """{"revision": "b/5"}"""));
        Assert.True(watch.Reload().Changed);
        Assert.Equal(("second", "b/5"), (Ask(watch).Rule, Ask(watch).Revision));
        Pack("deltas/3.tar.gz", ("/patch.json", """{"data": [{"op": "upsert", "path": "/elsewhere", "value": 1}]}"""));
        Assert.Contains("3.tar.gz: patch.json: '/elsewhere' lies outside the roots", watch.Reload().Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("second", Ask(watch).Rule);
        Assert.Contains("no policy.bundle", watch.Reload(new() { Deltas = Path("deltas") }).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_settings_are_taken_over_and_wrong_ones_leave_all_as_it_is()
    {
        Write("one/access.rego", Yes.Replace("data.word.is", "\"one\"", StringComparison.Ordinal));
        Write("two/access.rego", Yes.Replace("data.word.is", "\"two\"", StringComparison.Ordinal));
        using var watch = PolicyWatch.Open(new() { Folder = Path("one") }, TimeProvider.System);
        watch.Start();
        Assert.NotNull(watch.Reload(new() { Folder = Path("three") }).Failure);
        Assert.Equal((Path("one"), "one"), (watch.Settings.Folder, Ask(watch).Rule));
        Assert.True(watch.Reload(new() { Folder = Path("two") }).Changed);
        Assert.Equal((Path("two"), "two"), (watch.Settings.Folder, Ask(watch).Rule));
        Assert.True(watch.Reload(new()).Changed);
        Assert.Equal(DefaultPolicies.Revision, watch.Book.Current.Revision);
    }

    /// <summary>The look every few seconds, on a clock of the test's own; the file system may tell sooner.</summary>
    [Fact]
    public async Task A_changed_file_is_put_in_force_by_itself()
    {
        Write("access.rego", Yes);
        Write("data.json", """{"word": {"is": "one"}}""");
        var clock = new FakeTimeProvider(TestMesh.Start);
        using var watch = PolicyWatch.Open(new() { Folder = _folder.FullName }, clock);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<PolicyReload>();
        watch.Reloaded = heard.Enqueue;
        watch.Start();
        Write("data.json", """{"word": {"is": "another"}}""");
        await UntilAsync(() => Ask(watch).Rule == "another", clock);
        Write("access.rego", Wrong);
        await UntilAsync(() => watch.Book.LastError is not null, clock);
        Assert.Equal("another", Ask(watch).Rule);
        await UntilAsync(() => heard.Any(r => r.Failure is not null), clock);
        Assert.Contains(heard, r => r.Changed);
    }

    public void Dispose()
    {
        if (_folder.Exists)
        {
            Directory.Delete(_folder.FullName, true);
        }
    }

    private static GateAnswer Ask(PolicyWatch watch) => watch.Book.Ask(PolicyTopic.Job, ObjectValue.Empty, null, CancellationToken.None);

    private static async Task UntilAsync(Func<bool> holds, FakeTimeProvider clock)
    {
        for (var i = 0; i < 6_000 && !holds(); i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.True(holds());
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
    }

    private void Pack(string name, params ReadOnlySpan<(string Name, string Text)> files)
    {
        using var file = File.Create(Path(name));
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(zip);
        foreach (var (entry, text) in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
    }
}
