using System.Text.Json;
using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("'invok' is not a command.", "Did you mean 'invoke'?", "invok", "echo")]
    [InlineData("'verfy' is not a command of 'crank receipt'.", "Did you mean 'verify'?", "receipt", "verfy", "x")]
    [InlineData("'--budgett' is not an option of 'crank invoke'.", "Did you mean '--budget'?", "invoke", "echo", "--budgett", "1")]
    [InlineData("'crank' needs a command.", "See 'crank --help'.")]
    [InlineData("'crank receipt' needs a command.", "There are show, verify.", "receipt")]
    [InlineData("CAPABILITY is missing.", "See 'crank invoke --help'.", "invoke")]
    [InlineData("--budget is missing its value.", "", "invoke", "echo", "--budget")]
    [InlineData("'crank invoke' does not take 'extra'.", "", "invoke", "echo", "extra")]
    [InlineData("--limit takes a whole number; 'abc' is none.", "", "jobs", "--limit", "abc")]
    [InlineData("--limit is 1 to 1000, not 0.", "", "jobs", "--limit", "0")]
    [InlineData("--format is one of csv, jsonl; 'xml' is not.", "", "ledger", "export", "--format", "xml")]
    [InlineData("SHELL is one of bash, fish, zsh; 'fsh' is not.", "Did you mean 'fish'?", "completion", "fsh")]
    [InlineData("There is no preference 'cheapes'.", "Did you mean 'cheapest'?", "invoke", "echo", "--prefer", "cheapes")]
    [InlineData("'ten' is not an amount", "", "invoke", "echo", "--budget", "ten")]
    [InlineData("A budget is not negative", "", "invoke", "echo", "--budget", "-1")]
    [InlineData("is not a duration", "", "invoke", "echo", "--deadline", "soon")]
    [InlineData("echo has no parameter 'mesage'.", "Did you mean 'message'?", "invoke", "echo", "--param", "mesage=x")]
    [InlineData("'message' is not a parameter.", "NAME=VALUE", "invoke", "echo", "--param", "message")]
    [InlineData("is given twice", "", "invoke", "echo", "--param", "message=1", "--param", "message=2")]
    [InlineData("is not an id", "", "explain", "x")]
    [InlineData("neither a public key nor a file", "crank keys list", "receipt", "verify", "README.md", "--key", "x")]
    public async Task Words_that_do_not_fit_are_named_with_what_to_try(string message, string attempt, params string[] args)
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync(args)).Exits(ExitCode.Usage);
        Assert.Empty(run.Out);
        Assert.Contains(message, run.Error);
        Assert.Contains(attempt, run.Error);
        Assert.False(Directory.Exists(scratch.Data), "a command line that does not fit made a data folder");
    }

    [Theory]
    [InlineData("There is no capability 'eco'.", "Did you mean 'echo'?", "invoke", "eco")]
    [InlineData("There is no capability 'doc.covert'.", "Did you mean 'doc.convert'?", "invoke", "doc.covert")]
    [InlineData("can stand in for version 9.0.0", "Here is echo@", "invoke", "echo@9.0.0")]
    [InlineData("Nothing is kept in", "Run a job first", "jobs")]
    [InlineData("There is no file 'no.json'", "", "receipt", "show", "no.json")]
    public async Task What_does_not_exist_is_said_with_the_nearest_name(string message, string attempt, params string[] args)
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync(args)).Exits(ExitCode.NotFoundOrConflict);
        Assert.Contains(message, run.Error);
        Assert.Contains(attempt, run.Error);
    }

    [Fact]
    public async Task A_wrong_command_line_is_said_in_json_when_json_is_asked_for()
    {
        using var scratch = new Scratch();
        var said = (await scratch.CrankAsync("invok", "--json")).Exits(ExitCode.Usage).ErrorJson;
        Assert.Equal("usage", said.GetProperty("code").GetString());
        Assert.Equal(ExitCode.Usage, said.GetProperty("exit").GetInt32());
    }

    [Fact]
    public async Task The_version_is_printed_and_nothing_else()
    {
        using var scratch = new Scratch();
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", (await scratch.CrankAsync("--version")).Exits(0).Out);
    }

    [Fact]
    public async Task Help_lists_the_commands_on_one_line_each_and_examples_with_the_command_itself()
    {
        using var scratch = new Scratch();
        var all = (await scratch.CrankAsync("--help")).Exits(0).Out;
        foreach (var command in (string[])["invoke", "capabilities", "jobs", "explain", "receipt", "ledger", "policy", "keys", "status", "completion"])
        {
            Assert.Contains($"\n  {command}", all);
        }

        Assert.DoesNotContain("message=hello", all);
        Assert.Contains("crank invoke echo --param message=hello", (await scratch.CrankAsync("invoke", "--help")).Exits(0).Out);
    }

    [Theory]
    [InlineData("crank in", "invoke")]
    [InlineData("crank invoke ec", "echo")]
    [InlineData("crank invoke echo --bud", "--budget")]
    [InlineData("crank receipt ve", "verify")]
    public async Task A_sourced_bash_completes_words(string line, string completed)
    {
        using var scratch = new Scratch();
        var words = line.Split(' ');
        var run = await scratch.BashAsync($"""
            crank() {"{"} "$CRANK" "$@"; {"}"}
            source <("$CRANK" completion bash)
            COMP_WORDS=({line}) COMP_CWORD={words.Length - 1} COMP_LINE='{line}' COMP_POINT={line.Length}
            _crank
            printf '%s\n' "${"{"}COMPREPLY[@]{"}"}"
            """);
        Assert.Contains(completed, run.Exits(0).Out.Split('\n'));
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Other_shells_have_a_script_too(string shell)
    {
        using var scratch = new Scratch();
        Assert.Contains("[suggest:", (await scratch.CrankAsync("completion", shell)).Exits(0).Out);
    }

    [Fact]
    public async Task Everything_wrong_with_the_environment_is_said_at_once()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankWithAsync("", [("CRANK_CURRENCY", "coins"), ("CRANK_OWNER_LIMIT", "5"), ("CRANK_MIN_ISOLATION", "some")], "invoke", "echo", "--param", "message=x")).Exits(ExitCode.Usage);
        Assert.Contains("CRANK_CURRENCY", run.Error);
        Assert.Contains("CRANK_OWNER_LIMIT", run.Error);
        Assert.Contains("CRANK_MIN_ISOLATION", run.Error);
    }

    [Fact]
    public async Task Capabilities_are_listed_and_shown_in_both_forms()
    {
        using var scratch = new Scratch();
        Assert.Contains("doc.convert@", (await scratch.CrankAsync("capabilities")).Exits(0).Out);
        Assert.Contains("0.00001 EUR per job", (await scratch.CrankAsync("capabilities", "echo")).Exits(0).Out);
        var listed = (await scratch.CrankAsync("capabilities", "--json")).Exits(0).OutJson;
        Assert.Contains(listed.EnumerateArray(), c => c.GetProperty("capability").GetString()!.StartsWith("hash@", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Object, (await scratch.CrankAsync("capabilities", "echo", "--json")).Exits(0).OutJson.GetProperty("input").ValueKind);
    }
}
