using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Policy;

public sealed class ExceptTests
{
    private static readonly string[] s_add = ["policy", "except", "add", "--rule", "night", "--tenant", "acme", "--capability", "doc.*", "--reason", "The build moves.", "--json", "--until"];

    [Fact]
    public async Task An_exception_is_added_listed_and_removed_on_a_folder_and_on_a_running_mesh()
    {
        using var scratch = new Scratch();
        Assert.Equal("[]\n", (await scratch.CrankAsync("policy", "except", "list", "--json")).Exits(ExitCode.Done).Out);
        var first = (await scratch.CrankAsync([.. s_add, "7d"])).Exits(ExitCode.Done).OutJson.GetProperty("id").GetString()!;

        await using var up = await RunningMesh.StartAsync(scratch);
        var second = (await scratch.CrankAsync([.. s_add, "2h", "--principal", "ann"])).Exits(ExitCode.Done).OutJson.GetProperty("id").GetString()!;
        var listed = (await scratch.CrankAsync("policy", "except", "list", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Equal([first, second], listed.EnumerateArray().Select(e => e.GetProperty("id").GetString()!));
        Assert.Contains("everybody", (await scratch.CrankAsync("policy", "except", "list")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        (await scratch.CrankAsync("policy", "except", "remove", first)).Exits(ExitCode.Done);
        (await scratch.CrankAsync("policy", "except", "remove", first)).Exits(ExitCode.NotFoundOrConflict);
        Assert.Single((await scratch.CrankAsync("policy", "except", "list", "--json")).Exits(ExitCode.Done).OutJson.EnumerateArray());
    }

    [Fact]
    public async Task What_cannot_be_an_exception_is_refused_and_makes_no_folder()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync([.. s_add, "soon"])).Exits(ExitCode.Usage);
        (await scratch.CrankAsync("policy", "except", "add", "--rule", "night", "--capability", "*", "--until", "7d", "--reason", "x")).Exits(ExitCode.Usage);
        (await scratch.CrankAsync("policy", "except", "remove", "x")).Exits(ExitCode.Usage);
        Assert.False(Directory.Exists(scratch.Data));
        (await scratch.CrankAsync([.. s_add, "91d"])).Exits(ExitCode.BadInput);
    }
}
