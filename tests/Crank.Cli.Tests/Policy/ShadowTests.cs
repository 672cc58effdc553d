using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Policy;

public sealed class ShadowTests
{
    private static readonly string[] s_echo = ["invoke", "echo", "--param", "message=x", "--json"];

    [Fact]
    public async Task A_policy_is_tried_beside_the_one_in_force_then_enforced_and_stays_so_over_a_restart()
    {
        using var scratch = new Scratch();
        var next = Directory.CreateDirectory(scratch.InFolder("next")).FullName;
        File.WriteAllText(Path.Combine(next, "access.rego"), "package crank.access\n\ndecision := {\"allow\": false, \"reasons\": {\"closed\": \"Closed for stocktaking.\"}}\n");
        Assert.Equal("default/1", (await scratch.CrankAsync("policy", "status", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("configured").GetProperty("revision").GetString());
        await using (var up = await RunningMesh.StartAsync(scratch))
        {
            Assert.Equal(ExitCode.NotFoundOrConflict, (await scratch.CrankAsync("policy", "enforce")).Exit);
            Assert.Equal(ExitCode.BadInput, (await scratch.CrankAsync("policy", "shadow", scratch.InFolder("nowhere"))).Exit);
            (await scratch.CrankAsync("policy", "shadow", next)).Exits(ExitCode.Done);
            (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
            var shadow = await StricterAsync(scratch);
            Assert.Equal("closed", shadow.GetProperty("differences")[0].GetProperty("shadowRule").GetString());
            Assert.Contains("stricter", (await scratch.CrankAsync("policy", "status")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);

            (await scratch.CrankAsync("policy", "enforce")).Exits(ExitCode.Done);
            Assert.Contains("Closed for stocktaking.", (await scratch.CrankAsync(s_echo)).Exits(ExitCode.RefusedByPolicy).ErrorJson.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.False((await scratch.CrankAsync("policy", "status", "--json")).Exits(ExitCode.Done).OutJson.TryGetProperty("shadow", out _));
        }

        await using var again = await RunningMesh.StartAsync(scratch);
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.RefusedByPolicy);
        (await scratch.CrankAsync("policy", "shadow", "off")).Exits(ExitCode.Done);
    }

    /// <summary>The shadow's figures once it has been asked about a job; it is asked beside the work.</summary>
    private static async Task<System.Text.Json.JsonElement> StricterAsync(Scratch scratch)
    {
        for (var i = 0; i < 60; i++)
        {
            var shadow = (await scratch.CrankAsync("policy", "status", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("shadow");
            if (shadow.GetProperty("answers").GetProperty("stricter").GetInt64() > 0)
            {
                return shadow;
            }
        }

        Assert.Fail("The shadow was not asked.");
        return default;
    }
}
