using Crank.Cli.Policy;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Cli.Tests.Policy;

public sealed class LoadedPoliciesTests
{
    [Fact]
    public void Documents_lie_where_their_folders_say_and_hidden_files_are_left_out()
    {
        using var files = new PolicyFiles(
            ("a.rego", "package a"), ("top.json", """{"x": 1}"""), ("roles/data.yaml", "ann: [admin]"), ("roles/more.json", """{"bob": []}"""), (".git/data.json", """{"no": 1}"""));
        var loaded = files.Load();
        Assert.Equal([files.At("a.rego")], loaded.Sources.Select(s => s.Name));
        Assert.Equal("""{"roles":{"ann":["admin"],"bob":[]},"x":1}""", JsonOut.Write(loaded.Base));
    }

    [Fact]
    public void A_list_needs_a_folder_to_name_it()
    {
        using var files = new PolicyFiles(("a/data.json", "[1]"));
        Assert.Equal("""{"a":[1]}""", JsonOut.Write(files.Load().Base));
        Assert.Equal(ExitCode.BadInput, Assert.Throws<CliException>(() => LoadedPolicies.Read([files.At("a/data.json")])).ExitCode);
    }

    [Fact]
    public void Two_files_that_say_different_things_of_one_place_are_refused_by_name()
    {
        using var files = new PolicyFiles(("a.json", """{"x": {"y": 1}}"""), ("b.json", """{"x": {"y": 2}}"""));
        var said = Assert.Throws<CliException>(files.Load);
        Assert.Equal(ExitCode.BadInput, said.ExitCode);
        Assert.Contains("data.x.y", said.Message);
        Assert.Contains("b.json", said.Message);
    }

    [Theory]
    [InlineData("a.json", "{", "is not JSON")]
    [InlineData("a.yaml", "a: [", "is not YAML")]
    public void Documents_that_cannot_be_read_are_named(string name, string text, string message)
    {
        using var files = new PolicyFiles((name, text));
        var said = Assert.Throws<CliException>(files.Load);
        Assert.Equal(ExitCode.BadInput, said.ExitCode);
        Assert.Contains(name, said.Message);
        Assert.Contains(message, said.Message);
    }

    [Fact]
    public void What_is_larger_than_the_maximum_is_not_read()
    {
        using var files = new PolicyFiles();
        File.WriteAllBytes(files.Folder.InFolder("big.json"), new byte[BoundedFile.MaxBytes + 1]);
        Assert.Contains("16,777,216", Assert.Throws<CliException>(() => LoadedPolicies.Read([files.Folder.InFolder("big.json")])).Message);
    }

    [Fact]
    public void Aliases_that_expand_without_end_are_stopped()
    {
        var lines = Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]").Prepend("a0: &a0 [x, x]");
        using var files = new PolicyFiles(("bomb.yaml", string.Join('\n', lines)));
        Assert.Throws<Crank.Rego.Builtins.LimitException>(files.Load);
    }

    [Fact]
    public void A_folder_linked_into_itself_is_walked_once()
    {
        using var files = new PolicyFiles(("a.rego", "package a"));
        Directory.CreateSymbolicLink(files.At("again"), files.Root);
        Assert.Single(files.Load().Sources);
    }

    [Theory]
    [InlineData("allow if inptu.x", "input")]
    [InlineData("allow if {\n    some user in input.users\n    usr.admin\n}", "user")]
    [InlineData("allow if startwith(input.x, \"a\")", "startswith")]
    [InlineData("allow if is_amin(input.x)\n\nis_admin(x) if x == 1", "is_admin")]
    [InlineData("defalt allow := false", "default")]
    public void A_typo_is_answered_with_the_nearest_name(string rules, string nearest)
    {
        using var files = new PolicyFiles(("t.rego", $"package t\n\n{rules}\n"));
        var wrong = Assert.Throws<WrongPolicyException>(() => files.Load().Compile(PolicyOptions.Default));
        Assert.Contains(wrong.Errors, e => e.Nearest == nearest);
    }
}
