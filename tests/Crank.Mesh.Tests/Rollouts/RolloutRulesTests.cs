using Crank.Core;
using Crank.Mesh.Rollouts;
using CsCheck;

namespace Crank.Mesh.Tests.Rollouts;

public sealed class RolloutRulesTests
{
    private static readonly DateTimeOffset s_start = TestMesh.Start;
    private static readonly SemanticVersion s_stable = new(1, 2, 0);
    private static readonly SemanticVersion s_candidate = new(1, 3, 0);
    private static readonly RolloutLimits s_limits = new(0.1, Duration.FromSeconds(2), 1.5, 20, Duration.FromSeconds(600));

    private static readonly Rollout s_rollout = new(
        CapabilityName.Parse("echo"), s_stable, s_candidate, [10, 50, 100], Duration.FromSeconds(60), s_limits, RolloutState.Running, 0, s_start, []);

    private static readonly RolloutFigures s_usual = new(100, 0, Duration.FromSeconds(1));

    [Fact]
    public void A_share_gets_its_percentage_of_the_jobs()
    {
        var ids = new IdSource(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(s_start), new Random(1));
        var taken = Enumerable.Range(0, 20_000).Count(_ => RolloutRules.ShareOf(s_rollout, null, TenantId.Owner, ids.Next().ToString())!.IsCandidate);

        Assert.InRange(taken, 1_800, 2_200);
    }

    [Fact]
    public void The_same_job_falls_into_the_same_share_and_a_growing_share_keeps_what_it_had() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.Int[0, 100], Gen.Int[0, 100]).Sample((key, one, other) =>
        {
            var slot = RolloutRules.SlotOf(new(s_rollout.Capability, s_candidate), TenantId.Owner, key);
            return slot == RolloutRules.SlotOf(new(s_rollout.Capability, s_candidate), TenantId.Owner, key)
                && slot is >= 0 and < RolloutRules.Slots
                && (!RolloutRules.IsCandidate(slot, Math.Min(one, other)) || RolloutRules.IsCandidate(slot, Math.Max(one, other)))
                && RolloutRules.IsCandidate(slot, 100) && !RolloutRules.IsCandidate(slot, 0);
        });

    [Fact]
    public void Another_tenant_and_another_version_draw_anew()
    {
        var keys = Enumerable.Range(0, 50).Select(i => $"key-{i}").ToList();

        Assert.NotEqual(keys.Select(k => Slot(s_candidate, "acme", k)), keys.Select(k => Slot(s_candidate, "globex", k)));
        Assert.NotEqual(keys.Select(k => Slot(s_candidate, "acme", k)), keys.Select(k => Slot(s_stable, "acme", k)));

        static int Slot(SemanticVersion version, string tenant, string key) => RolloutRules.SlotOf(new(s_rollout.Capability, version), TenantId.Parse(tenant), key);
    }

    [Theory]
    [InlineData("1.2.0")]
    [InlineData("1.3.0")]
    [InlineData("1.2.5")]
    [InlineData("2.0.0")]
    public void Who_names_one_of_the_versions_or_one_that_only_one_can_stand_in_for_is_not_redirected(string asked) =>
        Assert.Null(RolloutRules.ShareOf(s_rollout, SemanticVersion.Parse(asked), TenantId.Owner, "x"));

    [Fact]
    public void Who_asks_for_what_both_can_stand_in_for_falls_into_a_share() =>
        Assert.NotNull(RolloutRules.ShareOf(s_rollout, new(1, 0, 0), TenantId.Owner, "x"));

    [Theory]
    [InlineData(0, 0, 0, RolloutVerdict.Answer.Hold)]
    [InlineData(19, 0, 1, RolloutVerdict.Answer.Hold)]
    [InlineData(3, 3, 1, RolloutVerdict.Answer.RollBack)]
    [InlineData(2, 2, 1, RolloutVerdict.Answer.Hold)]
    [InlineData(20, 2, 1, RolloutVerdict.Answer.Promote)]
    [InlineData(20, 3, 1, RolloutVerdict.Answer.RollBack)]
    [InlineData(100, 10, 1, RolloutVerdict.Answer.Promote)]
    [InlineData(100, 11, 1, RolloutVerdict.Answer.RollBack)]
    [InlineData(20, 0, 1.5, RolloutVerdict.Answer.Promote)]
    [InlineData(20, 0, 1.6, RolloutVerdict.Answer.RollBack)]
    [InlineData(20, 0, 2.1, RolloutVerdict.Answer.RollBack)]
    public void Errors_and_latency_decide(int jobs, int errors, double p95, RolloutVerdict.Answer answer) =>
        Assert.Equal(answer, Judge(s_rollout, s_usual, new(jobs, errors, jobs == 0 ? null : Duration.FromSeconds(p95)), 61).Kind);

    [Fact]
    public void Each_limit_alone_decides()
    {
        var bad = new RolloutFigures(100, 100, Duration.FromSeconds(100));
        foreach (var limits in (RolloutLimits[])[s_limits with { MaxP95 = null, MaxP95Ratio = null }, s_limits with { MaxErrorRate = null, MaxP95Ratio = null }, s_limits with { MaxErrorRate = null, MaxP95 = null }])
        {
            Assert.Equal(RolloutVerdict.Answer.RollBack, Judge(s_rollout with { Limits = limits }, s_usual, bad, 0).Kind);
        }
    }

    [Fact]
    public void A_step_is_held_for_its_time_and_without_one_for_good()
    {
        var good = new RolloutFigures(100, 0, Duration.FromSeconds(1));

        Assert.Equal(RolloutVerdict.Answer.Hold, Judge(s_rollout, s_usual, good, 59).Kind);
        Assert.Equal(RolloutVerdict.Answer.Promote, Judge(s_rollout, s_usual, good, 60).Kind);
        Assert.Equal(RolloutVerdict.Answer.Hold, Judge(s_rollout with { StepFor = null }, s_usual, good, 1_000_000).Kind);
    }

    [Fact]
    public void A_comparison_waits_for_enough_to_compare_with_unless_nobody_is_left()
    {
        var (few, slow) = (s_usual with { Jobs = 19 }, new RolloutFigures(100, 0, Duration.FromSeconds(1.9)));

        Assert.Equal(RolloutVerdict.Answer.Hold, Judge(s_rollout, few, slow, 100).Kind);
        Assert.Equal(RolloutVerdict.Answer.Promote, Judge(s_rollout with { Step = 2 }, few, slow, 100).Kind);
    }

    [Fact]
    public void It_goes_step_by_step_to_the_end_or_back_to_nothing()
    {
        var (promote, back) = (new RolloutVerdict(RolloutVerdict.Answer.Promote, "good"), new RolloutVerdict(RolloutVerdict.Answer.RollBack, "bad"));
        var (rollout, weights) = (s_rollout, new List<int> { s_rollout.Weight });
        while (rollout.State == RolloutState.Running)
        {
            rollout = RolloutRules.Apply(rollout, promote, s_start);
            weights.Add(rollout.Weight);
        }

        Assert.Equal([10, 50, 100, 100], weights);
        Assert.Equal(RolloutState.Promoted, rollout.State);
        Assert.Equal([RolloutStep.Raised, RolloutStep.Raised, RolloutStep.Promoted], rollout.History.Select(h => h.What));
        var gone = RolloutRules.Apply(s_rollout, back, s_start);
        Assert.Equal((0, RolloutState.RolledBack, "bad"), (gone.Weight, gone.State, gone.History[^1].Why));
        Assert.Same(s_rollout, RolloutRules.Apply(s_rollout, new(RolloutVerdict.Answer.Hold, ""), s_start));
    }

    [Fact]
    public void A_verdict_never_rolls_back_what_keeps_its_limits_and_never_promotes_what_breaks_one() =>
        Gen.Select(Gen.Int[0, 200], Gen.Double[0, 1], Gen.Double[0.1, 4]).Sample((jobs, share, p95) =>
        {
            var errors = (int)(jobs * share);
            var candidate = new RolloutFigures(jobs, errors, jobs == 0 ? null : Duration.FromSeconds(p95));
            var breaks = candidate.ErrorRate > 0.1 || (jobs > 0 && candidate.P95!.Value.Seconds > 1.5);
            return Judge(s_rollout, s_usual, candidate, 100).Kind switch
            {
                RolloutVerdict.Answer.Promote => !breaks && jobs >= 20,
                RolloutVerdict.Answer.RollBack => breaks,
                _ => jobs < 20,
            };
        });

    [Theory]
    [InlineData("/candidate")]
    [InlineData("/steps")]
    [InlineData("/stepFor")]
    [InlineData("/limits")]
    [InlineData("/limits/maxErrorRate")]
    [InlineData("/limits/maxP95Ratio")]
    [InlineData("/limits/minJobs")]
    [InlineData("/limits/window")]
    public void What_breaks_a_rule_is_named(string pointer)
    {
        var wrong = pointer switch
        {
            "/candidate" => s_rollout with { Candidate = s_stable },
            "/steps" => s_rollout with { Steps = [50, 10] },
            "/stepFor" => s_rollout with { StepFor = Duration.Zero },
            "/limits" => s_rollout with { Limits = s_limits with { MaxErrorRate = null, MaxP95 = null, MaxP95Ratio = null } },
            "/limits/maxErrorRate" => s_rollout with { Limits = s_limits with { MaxErrorRate = 1.1 } },
            "/limits/maxP95Ratio" => s_rollout with { Limits = s_limits with { MaxP95Ratio = 0.9 } },
            "/limits/minJobs" => s_rollout with { Limits = s_limits with { MinJobs = 0 } },
            _ => s_rollout with { Limits = s_limits with { Window = Duration.Zero } },
        };

        Assert.Equal([pointer], RolloutRules.Faults(wrong).Select(f => f.Pointer));
        Assert.Empty(RolloutRules.Faults(s_rollout));
    }

    [Fact]
    public void A_window_slides_and_counts_what_is_left_of_it()
    {
        var window = new FigureWindow();
        for (var i = 0; i < 100; i++)
        {
            window.Add(s_start.AddSeconds(i), i % 10 == 0, TimeSpan.FromSeconds(i + 1));
        }

        Assert.Equal(new RolloutFigures(100, 10, Duration.FromSeconds(95)), window.Figures(s_start.AddSeconds(99), TimeSpan.FromSeconds(600)));
        Assert.Equal(new RolloutFigures(10, 1, Duration.FromSeconds(100)), window.Figures(s_start.AddSeconds(99), TimeSpan.FromSeconds(9)));
        Assert.Equal(RolloutFigures.None, window.Figures(s_start.AddSeconds(1_000), TimeSpan.FromSeconds(9)));
        for (var i = 0; i < 3_000; i++)
        {
            window.Add(s_start.AddSeconds(2_000), true, TimeSpan.Zero);
        }

        Assert.Equal((FigureWindow.MaxJobs, FigureWindow.MaxJobs), (window.Errors, window.Figures(s_start.AddSeconds(2_000), TimeSpan.FromSeconds(9)).Jobs));
    }

    private static RolloutVerdict Judge(Rollout rollout, RolloutFigures stable, RolloutFigures candidate, double afterSeconds) =>
        RolloutRules.Judge(rollout, stable, candidate, s_start.AddSeconds(afterSeconds));
}
