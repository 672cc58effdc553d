using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Policy;

public sealed class LockdownTests
{
    private static readonly string[] s_echo = ["invoke", "echo", "--param", "message=x", "--json"];

    [Fact]
    public async Task A_data_folder_that_no_mesh_runs_on_is_locked_down_and_unlocked()
    {
        using var scratch = new Scratch();
        var locked = (await scratch.CrankAsync("policy", "lockdown", "--reason", "A key has leaked.", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Equal((true, "A key has leaked.", "owner"), (locked.GetProperty("lockedDown").GetBoolean(), locked.GetProperty("reason").GetString(), locked.GetProperty("by").GetString()));
        var refused = (await scratch.CrankAsync(s_echo)).Exits(ExitCode.RefusedByPolicy).ErrorJson;
        Assert.Equal("locked-down", refused.GetProperty("code").GetString());
        Assert.Contains("A key has leaked. (by owner, since", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("A key has leaked.", (await scratch.CrankAsync("status")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);

        Assert.Equal("The lockdown is lifted: jobs are taken again.\n", (await scratch.CrankAsync("policy", "unlock")).Exits(ExitCode.Done).Out);
        Assert.Equal("The mesh was not locked down.\n", (await scratch.CrankAsync("policy", "unlock")).Exits(ExitCode.Done).Out);
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
    }

    [Fact]
    public async Task A_running_mesh_is_locked_down_with_one_command_and_stays_so_over_a_restart()
    {
        using var scratch = new Scratch();
        await using (var up = await RunningMesh.StartAsync(scratch))
        {
            (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
            Assert.StartsWith("The mesh is locked down: Audit.\n", (await scratch.CrankAsync("policy", "lockdown", "--stop-running", "--reason", "Audit.")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
            Assert.Equal("locked-down", (await scratch.CrankAsync(s_echo)).Exits(ExitCode.RefusedByPolicy).ErrorJson.GetProperty("code").GetString());
        }

        await using var again = await RunningMesh.StartAsync(scratch);
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.RefusedByPolicy);
        (await scratch.CrankAsync([.. s_echo, "--async"])).Exits(ExitCode.RefusedByPolicy);
        Assert.Contains("Audit.", (await scratch.CrankAsync("status")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        (await scratch.CrankAsync("policy", "unlock")).Exits(ExitCode.Done);
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
    }

    [Fact]
    public async Task A_lockdown_wants_a_reason()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync("policy", "lockdown")).Exits(ExitCode.Usage);
        (await scratch.CrankAsync("policy", "lockdown", "--reason", " ")).Exits(ExitCode.Usage);
        (await scratch.CrankAsync("policy", "lockdwn", "--reason", "x")).Exits(ExitCode.Usage);
        Assert.False(Directory.Exists(scratch.Data));
    }
}
