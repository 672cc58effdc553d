using System.Runtime.Versioning;

namespace Crank.Cli.Tests.Policy;

public sealed class PolicyCommandTests
{
    private const string Access = "package access\n\ndefault allow := false\n\nallow if data.roles[input.user] == \"admin\"\n";

    [Fact]
    public async Task A_mistake_is_shown_with_its_line_a_caret_and_the_nearest_name()
    {
        using var files = new PolicyFiles(("a.rego", Access.Replace("input", "inptu", StringComparison.Ordinal)));
        var run = (await files.Folder.CrankAsync("policy", "check", files.Root)).Exits(ExitCode.BadInput);
        Assert.Empty(run.Out);
        Assert.Contains("a.rego:5: rego_unsafe_var_error: var inptu is unsafe\n  allow if data.roles[inptu.user]", run.Error);
        Assert.Contains("^\n  Did you mean 'input'?\n", run.Error);

        var json = (await files.Folder.CrankAsync("policy", "check", files.Root, "--json")).Exits(ExitCode.BadInput);
        var error = json.OutJson.GetProperty("errors")[0];
        Assert.Equal(5, error.GetProperty("location").GetProperty("row").GetInt32());
        Assert.Equal("Did you mean 'input'?", error.GetProperty("try").GetString());
        Assert.Equal("bad-input", json.ErrorJson.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_question_is_answered_for_people_and_in_the_shape_of_opa()
    {
        using var files = new PolicyFiles(("a.rego", Access), ("roles/data.json", """{"ann": "admin", "bob": "guest"}"""));
        var input = files.Folder.Write("input.json", """{"user": "ann"}""");
        Assert.Equal("true\n", (await files.Folder.CrankAsync("policy", "eval", "data.access.allow", files.Root, "-i", input)).Exits(0).Out);

        var answers = (await files.Folder.CrankAsync("policy", "eval", "some u; data.roles[u] != \"x\"", "-d", files.Root, "--format", "json")).Exits(0).OutJson.GetProperty("result");
        Assert.Equal(["ann", "bob"], answers.EnumerateArray().Select(a => a.GetProperty("bindings").GetProperty("u").GetString()));
        Assert.Equal("data.roles[u] != \"x\"", answers[0].GetProperty("expressions")[1].GetProperty("text").GetString());

        var run = (await files.Folder.CrankAsync("policy", "eval", "data.acess.allow", files.Root, "--fail")).Exits(ExitCode.NotDone);
        Assert.Equal("undefined\n", run.Out);
        Assert.Contains("There is no data.acess. Did you mean 'data.access'?", run.Error);
        Assert.Contains("1:3: eval_builtin_error: div: divide by zero\n  1 / 0\n", (await files.Folder.CrankAsync("policy", "eval", "1 / 0")).Exits(ExitCode.BadInput).Error);
    }

    [Fact]
    public async Task Failed_tests_and_low_coverage_exit_as_not_done()
    {
        using var files = new PolicyFiles(("a.rego", Access), ("a_test.rego", "package t\n\ntest_no if not data.access.allow\n"), ("b.rego", "package b\n\nother if input.x\n"));
        Assert.Contains("PASS: 1/1\n", (await files.Folder.CrankAsync("policy", "test", files.Root, "--threshold", "50")).Exits(0).Out);
        Assert.Equal("policy-coverage-low", (await files.Folder.CrankAsync("policy", "test", files.Root, "--threshold", "99.5", "--json")).Exits(ExitCode.NotDone).ErrorJson.GetProperty("code").GetString());
        Assert.Contains("No test was found", (await files.Folder.CrankAsync("policy", "test", files.Root, "-r", "nothing")).Exits(ExitCode.NotDone).Error);
        files.Folder.Write("p/b_test.rego", "package t\n\ntest_yes if data.access.allow\n");
        var failed = (await files.Folder.CrankAsync("policy", "test", files.Root, "-v")).Exits(ExitCode.NotDone);
        Assert.Contains("data.t.test_no: PASS", failed.Out);
        Assert.Contains("data.t.test_yes: FAIL", failed.Out);
    }

    [Fact, SupportedOSPlatform("linux")]
    public async Task Formatting_is_checked_and_written_with_the_mode_of_the_file()
    {
        using var files = new PolicyFiles(("a.rego", "package a\np  :=  1\n"), ("b.rego", "package b\n"));
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(files.At("a.rego"), mode);
        Assert.Equal($"{files.At("a.rego")}\n", (await files.Folder.CrankAsync("policy", "fmt", "--check", files.Root)).Exits(ExitCode.NotDone).Out);
        Assert.Empty((await files.Folder.CrankAsync("policy", "fmt", "--write", files.Root)).Exits(0).Out);
        Assert.Equal("package a\n\np := 1\n", File.ReadAllText(files.At("a.rego")));
        Assert.Equal(mode, File.GetUnixFileMode(files.At("a.rego")));
        Assert.Equal(2, Directory.GetFiles(files.Root).Length);
    }

    [Fact]
    public async Task Policies_in_the_old_language_are_written_in_the_new_one()
    {
        using var files = new PolicyFiles(("a.rego", "package a\n\np[x] { x := input.xs[_] }\n"));
        (await files.Folder.CrankAsync("policy", "fmt", files.Root)).Exits(ExitCode.BadInput);
        Assert.Equal("package a\n\np contains x if {\n\tx := input.xs[_]\n}\n", (await files.Folder.CrankAsync("policy", "fmt", "--v0-v1", files.Root)).Exits(0).Out);
    }

    [Theory]
    [InlineData(ExitCode.NotFoundOrConflict, "Did you mean 'README.md'?", "check", "READM.md")]
    [InlineData(ExitCode.Usage, "is not a policy", "check", "README.md")]
    [InlineData(ExitCode.Usage, "'(' is not a pattern", "test", "docs", "-r", "(")]
    [InlineData(ExitCode.Usage, "--threshold is 0 to 100", "test", "docs", "--threshold", "101")]
    [InlineData(ExitCode.NotFoundOrConflict, "There is no policy in 'docs/guide'.", "test", "docs/guide")]
    public async Task What_does_not_fit_is_said(int exit, string message, params string[] args)
    {
        using var files = new PolicyFiles();
        Assert.Contains(message, (await files.Folder.CrankAsync(["policy", .. args])).Exits(exit).Error);
    }
}
