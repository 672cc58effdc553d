namespace Crank.Mesh.Tests.Simulation;

public sealed class SimulationTests
{
    private const int JobsPerSeed = 1_250;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory, MemberData(nameof(Seeds))]
    public void Whatever_fails_money_adds_up_and_every_job_ends_once(int seed)
    {
        var mesh = new SimulatedMesh(seed);
        mesh.Run(JobsPerSeed);
        mesh.AssertSound();
    }

    [Fact]
    public void After_each_of_a_thousand_crashes_everything_holds_and_the_next_start_recovers_by_itself()
    {
        var crashes = 0;
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 1; crashes < 1_000; seed++)
        {
            Assert.True(seed < 200, "The crashes do not come.");
            var mesh = new SimulatedMesh(seed * 1_000, faultsOneIn: 4);
            mesh.Run(40);
            mesh.AssertSound();
            crashes += mesh.Crashes;
            foreach (var (kind, count) in mesh.Hits)
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + count;
            }
        }

        foreach (var kind in new[] { "killed", "fault CrashBefore", "fault CrashAfter", "fault LostIo", "fault KeptIo", "fault Full", "recovered", "crash in recovery", "asked again" })
        {
            Assert.True(kinds.GetValueOrDefault(kind) >= 50, $"{kind}: {kinds.GetValueOrDefault(kind)}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_byte_for_byte()
    {
        var traces = Enumerable.Range(0, 2).Select(_ =>
        {
            var mesh = new SimulatedMesh(4711);
            mesh.Run(300);
            return mesh.Trace;
        }).ToList();
        Assert.Equal(traces[0], traces[1]);
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        var (one, other) = (new SimulatedMesh(1), new SimulatedMesh(2));
        one.Run(50);
        other.Run(50);
        Assert.NotEqual(one.Trace, other.Trace);
    }

    [Fact]
    public void The_rare_paths_were_hit()
    {
        var hits = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 100; seed < 106; seed++)
        {
            var mesh = new SimulatedMesh(seed);
            mesh.Run(600);
            hits.UnionWith(mesh.Hits.Keys);
        }

        string[] rare =
            [
                "busy", "declared error", "retryable error", "bad output", "weak isolation", "hang", "cancel", "repeated", "restart", "recovered", "crash in recovery", "done",
                "killed", "asked again", "lost answer", "duplicate answer", "defect", "a day passes", "key ended", "result ended", "abandoned job closed",
                "accepted", "resumed", "drained", "drained with a stop", "taken back: Cancelled", "taken back: Stopping", "taken back: Ended", "refused stopping",
                "fault CrashBefore", "fault CrashAfter", "fault LostIo", "fault KeptIo", "fault Full",
                "refused bad-input", "refused forbidden", "refused over-budget", "refused key-conflict", "refused declared", "refused worker-crashed", "refused internal", "refused bad-output",
                "refused isolation-too-weak", "refused deadline-passed", "refused cancelled", "refused storage-failed",
            ];
        Assert.Empty(rare.Except(hits));
    }
}
