using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Crank.Confinement.Tests;

/// <summary>Each attack against all walls, as root where the tests run as root, and as an ordinary user.</summary>
public sealed class AttackTests
{
    public static TheoryData<bool> Users { get; } = Hostile.CanBeNobody ? [false, true] : [false];

    public AttackTests() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The walls are those of Linux on x86-64.");

    [Theory, MemberData(nameof(Users))]
    public void An_honest_worker_does_not_notice_the_walls_and_proves_all_of_them(bool asNobody)
    {
        var worker = Hostile.Run("benign", asNobody: asNobody);
        Assert.Equal((0, Hostile.Full), (worker.ExitCode, worker.Proof));
        Assert.Equal("sum=4978 matches=100 text=text digest=982d9e3e zone=1", worker.Answer);
    }

    [Theory, MemberData(nameof(Users))]
    public void Managed_memory_ends_in_an_exception_that_a_reader_can_catch(bool asNobody)
    {
        var worker = Hostile.Run("managed-caught", ["700"], asNobody: asNobody);
        Assert.Equal(0, worker.ExitCode);
        Assert.StartsWith("stopped ", worker.Answer, StringComparison.Ordinal);
        Assert.InRange(int.Parse(worker.Answer["stopped ".Length..]), 100, 205);
    }

    [Theory, MemberData(nameof(Users))]
    public void Managed_memory_uncaught_ends_the_worker(bool asNobody) => Assert.Equal(134, Hostile.Run("managed-uncaught", ["700"], asNobody: asNobody).ExitCode);

    [Theory, MemberData(nameof(Users))]
    public void Native_memory_ends_the_worker(bool asNobody) => Assert.Equal(134, Hostile.Run("native", ["700"], asNobody: asNobody).ExitCode);

    [Theory, MemberData(nameof(Users))]
    public void Shared_anonymous_memory_is_refused(bool asNobody) => Assert.Equal("refused after 0: 12", Hostile.Run("shared", ["700"], asNobody: asNobody).Answer);

    [Theory, MemberData(nameof(Users))]
    public void A_file_in_memory_is_refused(bool asNobody) => Assert.Equal("refused: 1", Hostile.Run("memfd", ["30"], asNobody: asNobody).Answer);

    [Theory, MemberData(nameof(Users))]
    public void Cpu_time_ends_an_endless_loop(bool asNobody)
    {
        var worker = Hostile.Run("loop", asNobody: asNobody, change: plan => plan with { CpuSeconds = 1 });
        Assert.Equal((137, false), (worker.ExitCode, worker.KilledAtDeadline));
    }

    [Theory, MemberData(nameof(Users))]
    public void A_large_file_ends_the_worker(bool asNobody) =>
        Assert.Equal(153, Hostile.Run("file", ["40"], asNobody: asNobody, change: plan => plan with { FileBytes = ConfinementPlan.MinFileBytes }).ExitCode);

    [Theory, MemberData(nameof(Users))]
    public void No_child_process_is_made(bool asNobody) => Assert.Equal("children 0", Hostile.Run("children", ["300"], asNobody: asNobody).Answer);

    [Theory, MemberData(nameof(Users))]
    public void Open_files_run_out(bool asNobody)
    {
        var worker = Hostile.Run("descriptors", ["5000"], asNobody: asNobody);
        Assert.StartsWith("stopped ", worker.Answer, StringComparison.Ordinal);
        Assert.InRange(int.Parse(worker.Answer["stopped ".Length..]), 60, 128);
    }

    [Theory, MemberData(nameof(Users))]
    public void No_thread_of_any_kind_reaches_the_loopback(bool asNobody)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal("main=refused pool=refused new=refused finalizer=refused", Hostile.Run("connect", [$"{port}"], asNobody: asNobody).Answer);
    }

    [Theory, MemberData(nameof(Users))]
    public void No_thread_of_any_kind_reads_the_password_file(bool asNobody) =>
        Assert.Equal("main=refused pool=refused new=refused finalizer=refused", Hostile.Run("read", ["/etc/passwd"], asNobody: asNobody).Answer);

    [Theory, MemberData(nameof(Users))]
    public void No_thread_of_any_kind_writes_outside(bool asNobody)
    {
        var outside = Path.Combine(Path.GetTempPath(), $"crank-outside-{Environment.ProcessId}");
        Assert.Equal("main=refused pool=refused new=refused finalizer=refused", Hostile.Run("write", [outside], asNobody: asNobody).Answer);
        Assert.False(File.Exists(outside));
    }

    [Theory, MemberData(nameof(Users))]
    public void The_parent_is_neither_signalled_nor_traced(bool asNobody)
    {
        Assert.Equal("refused:1", Hostile.Run("signal", asNobody: asNobody).Answer);
        Assert.Equal("refused:1", Hostile.Run("trace", asNobody: asNobody).Answer);
    }

    [Theory, MemberData(nameof(Users))]
    public void The_parent_is_neither_signalled_through_a_pipe_nor_slowed_down(bool asNobody)
    {
        Assert.Equal("refused:1 refused:1 refused:1", Hostile.Run("signal-by-pipe", asNobody: asNobody).Answer);
        Assert.Equal("refused:1 refused:1", Hostile.Run("slow-parent", asNobody: asNobody).Answer);
    }

    [Theory, MemberData(nameof(Users))]
    public void Neither_rights_nor_times_of_a_file_are_changed(bool asNobody)
    {
        Hostile? worker = null;
        WithFile(path =>
        {
            worker = Hostile.Run("rights", [path], asNobody: asNobody);
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(path));
        });
        Assert.Equal("refused refused refused", worker!.Answer);
    }

    [Fact]
    public void A_file_that_an_ancestor_left_open_is_not_open_in_the_worker() =>
        WithFile(path => Assert.Equal("none", Hostile.Run("inherited", [path], open: path).Answer));

    private static void WithFile(Action<string> test)
    {
        var path = Path.GetTempFileName();
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        try
        {
            test(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory, MemberData(nameof(Users))]
    public void The_walls_cannot_be_loosened_from_inside(bool asNobody) =>
        Assert.Equal("outlive=refused:1 readable=refused:1 raise=refused:1", Hostile.Run("loosen", asNobody: asNobody).Answer);

    [Fact]
    public void A_stack_overflow_ends_the_worker() => Assert.Equal(134, Hostile.Run("stack").ExitCode);

    [Fact]
    public void The_environment_holds_the_names_set_and_no_other()
    {
        var worker = Hostile.Run("environment");
        Assert.Equal("CRANK_CONFINEMENT DOTNET_EnableDiagnostics DOTNET_GCHeapHardLimit DOTNET_ROOT DOTNET_ThreadPool_ForceMaxWorkerThreads DOTNET_TieredPGO DOTNET_gcConcurrent OPENSSL_CONF TMPDIR", worker.Answer);
    }
}
