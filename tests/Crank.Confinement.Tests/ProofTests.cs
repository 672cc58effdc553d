using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Crank.Confinement.Tests;

public sealed class ProofTests
{
    public ProofTests() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The walls are those of Linux on x86-64.");

    [Fact]
    public void A_program_without_a_plan_proves_nothing()
    {
        Assert.Equal("none", ConfinementProof.None.ToString());
        Assert.Same(ConfinementProof.None, Confined.Start());
    }

    [Fact]
    public void A_worker_that_skipped_the_first_stage_claims_only_what_it_could_see_refused()
    {
        var worker = Hostile.Run("wait", change: plan => plan with { Stage = 1 });
        Assert.Equal("env+gc-limit+seccomp", worker.Proof);
        Assert.StartsWith("missing landlock: a file outside to read was given", worker.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canary_that_does_not_exist_proves_nothing()
    {
        var worker = Hostile.Run("wait", change: plan => plan with { Canary = plan.TempFolder + "/absent" });
        Assert.Equal("env+rlimits+gc-limit+seccomp", worker.Proof);
    }

    [Fact]
    public void A_worker_whose_parent_is_another_process_refuses_to_start()
    {
        var worker = Hostile.Run("wait", change: plan => plan with { ParentId = 1 });
        Assert.Equal(Confined.ExitCode, worker.ExitCode);
        Assert.Contains("The parent 1 is gone", worker.Proof, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_cannot_be_read_is_refused_by_the_worker()
    {
        var worker = Hostile.Run("wait", change: plan => plan with { TempFolder = "relative" });
        Assert.Equal(Confined.ExitCode, worker.ExitCode);
        Assert.Contains("'temp'", worker.Proof, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_contradicts_no_wall_that_stands() =>
        Hostile.Run("wait", meanwhile: (process, plan) => Assert.Empty(EvidenceOnceSealed(process, plan, expected: 0)));

    [Theory]
    [InlineData(ConfinementLayers.Seccomp, "seccomp")]
    [InlineData(ConfinementLayers.ResourceLimits, "rlimits")]
    public void The_kernel_contradicts_a_wall_that_is_claimed_and_does_not_stand(ConfinementLayers missing, string token) =>
        Hostile.Run("wait", layers: ConfinementLayers.All & ~missing, meanwhile: (process, plan) =>
            Assert.Equal([token], EvidenceOnceSealed(process, plan with { Layers = ConfinementLayers.All }, expected: 1).Select(layer => layer.Layer)));

    [Fact]
    public void Of_a_process_that_is_gone_nothing_is_confirmed() =>
        Assert.Equal(["seccomp", "rlimits"], ProcessEvidence.Contradictions(int.MaxValue, APlan()).Select(layer => layer.Layer));

    [Fact]
    public void A_worker_dies_with_a_parent_that_is_killed()
    {
        var start = new ProcessStartInfo(Hostile.Program, ["parent", "loop"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        var root = Directory.CreateTempSubdirectory("crank-killed-").FullName;
        start.Environment["TMPDIR"] = root;
        using var parent = Process.Start(start)!;
        Assert.Equal("proof none", parent.StandardOutput.ReadLine());
        Assert.Equal($"proof {Hostile.Full}", parent.StandardOutput.ReadLine());
        using var orphan = Process.GetProcessById(int.Parse(parent.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
        parent.Kill();
        Assert.True(SpinWait.SpinUntil(() => IsGone(orphan.Id), TimeSpan.FromSeconds(60)), $"Process {orphan.Id} outlived its parent.");
        Directory.Delete(root, recursive: true);
    }

    private static ConfinementPlan APlan() => new() { ParentId = 1, TempFolder = "/tmp/t", Canary = "/tmp/c" };

    /// <summary>The evidence as soon as it is as expected: the worker needs a moment to reach its second stage.</summary>
    private static IReadOnlyList<MissingLayer> EvidenceOnceSealed(Process process, ConfinementPlan plan, int expected)
    {
        IReadOnlyList<MissingLayer> found = [];
        var since = Stopwatch.StartNew();
        SpinWait.SpinUntil(() => (found = ProcessEvidence.Contradictions(process.Id, plan)).Count == expected && since.ElapsedMilliseconds > 500, TimeSpan.FromMinutes(1));
        return found;
    }

    private static bool IsGone(int processId)
    {
        try
        {
            // A process that has ended and waits to be reaped is gone.
            return File.ReadAllText($"/proc/{processId}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
