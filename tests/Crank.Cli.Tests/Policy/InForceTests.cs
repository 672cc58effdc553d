using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Policy;

/// <summary>Policies as a newcomer meets them: written out, wrong, mended, in force, changed under a mesh that serves.</summary>
public sealed class InForceTests
{
    private const string Closed = "package crank.access\n\ndeny[\"closed\"] := \"Nobody runs echo now.\" if input.capability.name == \"echo\"\n";

    [Fact]
    public async Task The_default_policies_are_written_out_well_formatted_and_pass_their_tests()
    {
        using var scratch = new Scratch();
        var folder = Path.Combine(scratch.Data, "policy");
        (await scratch.CrankAsync("policy", "init", folder)).Exits(0);
        Assert.Contains("already", (await scratch.CrankAsync("policy", "init", folder)).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
        (await scratch.CrankAsync("policy", "check", "--strict", folder)).Exits(0);
        (await scratch.CrankAsync("policy", "fmt", "--check", folder)).Exits(0);
        Assert.Matches(@"PASS: (\d+)/\1\b", (await scratch.CrankAsync("policy", "test", folder, "--threshold", "100")).Exits(0).Out);
    }

    [Fact]
    public async Task A_mistake_starts_nothing_and_what_is_refused_is_explained()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(scratch.Write("root", ""))!, "policy"));
        var folder = Path.GetDirectoryName(scratch.Write("policy/access.rego", "package crank.access\n\ndecision := {\"allow\": treu}\n"))!;
        string[] invoke = ["invoke", "echo", "--param", "message=hello", "--set", $"policy.folder={folder}"];
        var wrong = (await scratch.CrankAsync(invoke)).Exits(ExitCode.Usage);
        Assert.Contains("access.rego:3: rego_unsafe_var_error: var treu is unsafe", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("decision := {\"allow\": treu}", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was started.", wrong.Error, StringComparison.Ordinal);

        scratch.Write("policy/access.rego", "package crank.access\n\ndecision := {\"allow\": false, \"reasons\": {\"hours\": \"Nothing runs at night.\"}}\n");
        var refused = (await scratch.CrankAsync([.. invoke, "--json"])).Exits(ExitCode.RefusedByPolicy);
        Assert.Contains("Nothing runs at night.", refused.Error, StringComparison.Ordinal);
        var job = (await scratch.CrankAsync("jobs", "--json")).Exits(0).OutJson[0].GetProperty("job").GetString()!;
        var why = (await scratch.CrankAsync("explain", job)).Exits(0).Out;
        Assert.Contains("refused by rule hours of policy folder/", why, StringComparison.Ordinal);
        Assert.Contains("Nothing runs at night.", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_saved_is_in_force_at_once_and_a_mistake_leaves_the_last_good_set()
    {
        using var scratch = new Scratch();
        var folder = Path.Combine(scratch.Data, "..", "policy");
        (await scratch.CrankAsync("policy", "init", folder)).Exits(0);
        var access = Path.Combine(folder, "access.rego");
        File.WriteAllText(access, File.ReadAllText(access).Replace("if {\n\towner\n}", "if {\n\towner\n\tcount(deny) == 0\n}", StringComparison.Ordinal));
        await using var up = await RunningMesh.StartAsync(scratch, "--set", $"policy.folder={folder}");
        string[] invoke = ["invoke", "echo", "--param", "message=hello"];
        (await scratch.CrankAsync(invoke)).Exits(0);

        File.WriteAllText(Path.Combine(folder, "closed.rego"), Closed);
        await up.LineAsync("is in force now");
        Assert.Contains("Nobody runs echo now.", (await scratch.CrankAsync(invoke)).Exits(ExitCode.RefusedByPolicy).Error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(folder, "closed.rego"), Closed + "}");
        await up.LineAsync("were not taken over");
        (await scratch.CrankAsync(invoke)).Exits(ExitCode.RefusedByPolicy);
        Assert.Contains("closed.rego", (await scratch.CrankAsync("policy", "reload")).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(folder, "closed.rego"));
        await up.LineAsync("is in force now");
        (await scratch.CrankAsync(invoke)).Exits(0);
        Assert.Contains("is in force", (await scratch.CrankAsync("policy", "reload")).Exits(0).Out, StringComparison.Ordinal);
        await up.SignalAsync("HUP");
        await up.LineAsync("the policies are as they were");
    }
}
