using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Crank.Confinement.Tests;

/// <summary>Each wall taken away, so that its attack succeeds: the tests of <see cref="AttackTests"/> would notice.</summary>
public sealed class LayerOffTests
{
    public LayerOffTests() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The walls are those of Linux on x86-64.");

    [Fact]
    public void Without_a_named_environment_secrets_of_the_parent_are_seen()
    {
        var worker = Without(ConfinementLayers.Environment, "environment");
        Assert.Equal($"rlimits+gc-limit+seccomp+{Hostile.Landlock}", worker.Proof);
        Assert.Contains("CRANK_TEST_SECRET", worker.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("native", "600", "allocated 600")]
    [InlineData("file", "40", "written 40")]
    [InlineData("descriptors", "1000", "opened 1000")]
    public void Without_limits_of_the_process_it_takes_what_it_wants(string attack, string size, string answer)
    {
        var worker = Without(ConfinementLayers.ResourceLimits, attack, size);
        Assert.Equal(($"env+gc-limit+seccomp+{Hostile.Landlock}", answer), (worker.Proof, worker.Answer));
    }

    [Fact]
    public void Without_limits_of_the_process_only_the_deadline_ends_a_loop()
    {
        var worker = Hostile.Run("loop", layers: ConfinementLayers.All & ~ConfinementLayers.ResourceLimits, change: plan => plan with { CpuSeconds = 1 }, deadlineMs: 2_000);
        Assert.Equal((137, true), (worker.ExitCode, worker.KilledAtDeadline));
    }

    [Fact]
    public void Without_the_collectors_limit_managed_memory_grows_past_it()
    {
        // Without its limit the collector reserves more addresses than the far net allows, and would not start.
        var worker = Hostile.Run("managed-caught", ["300"], ConfinementLayers.All & ~ConfinementLayers.GcLimit, change: plan => plan with { AddressBytes = 1L << 45 });
        Assert.Equal(($"env+rlimits+seccomp+{Hostile.Landlock}", "allocated 300"), (worker.Proof, worker.Answer));
    }

    [Theory]
    [InlineData("shared", "600", "allocated 600")]
    [InlineData("memfd", "30", "allocated 30")]
    [InlineData("children", "300", "children 300")]
    [InlineData("loosen", "", "outlive=OK readable=OK")]
    [InlineData("slow-parent", "", "OK OK")]
    public void Without_the_filter_it_has_shared_memory_children_and_a_life_of_its_own(string attack, string size, string answer)
    {
        var worker = Without(ConfinementLayers.Seccomp, attack, size);
        Assert.Equal($"env+rlimits+gc-limit+{Hostile.Landlock}", worker.Proof);
        Assert.StartsWith(answer, worker.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_filter_it_changes_rights_of_files_that_it_may_not_write()
    {
        var path = Path.Combine(Path.GetTempPath(), $"crank-rights-off-{Environment.ProcessId}");
        File.WriteAllText(path, "");
        Assert.Equal("OK OK OK", Without(ConfinementLayers.Seccomp, "rights", path).Answer);
        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(path));
        File.Delete(path);
    }

    [Fact]
    public void Without_the_filter_and_the_file_wall_the_network_and_the_parent_are_in_reach()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        const ConfinementLayers Both = ConfinementLayers.Seccomp | ConfinementLayers.Landlock;
        Assert.Equal("main=OK pool=OK new=OK finalizer=OK", Without(Both, "connect", $"{port}").Answer);
        Assert.Equal("OK", Without(Both, "signal").Answer);
        Assert.Equal("OK OK OK", Without(Both, "signal-by-pipe").Answer);
    }

    [Fact]
    public void Without_the_file_wall_it_reads_and_writes_what_its_user_may()
    {
        var worker = Without(ConfinementLayers.Landlock, "read", "/etc/passwd");
        Assert.Equal(("env+rlimits+gc-limit+seccomp", "main=OK pool=OK new=OK finalizer=OK"), (worker.Proof, worker.Answer));
        var outside = Path.Combine(Path.GetTempPath(), $"crank-outside-off-{Environment.ProcessId}");
        Assert.Equal("main=OK pool=OK new=OK finalizer=OK", Without(ConfinementLayers.Landlock, "write", outside).Answer);
        File.Delete(outside);
    }

    private static Hostile Without(ConfinementLayers layers, string attack, params string[] arguments) =>
        Hostile.Run(attack, arguments, ConfinementLayers.All & ~layers);
}
