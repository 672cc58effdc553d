using Crank.Confinement;
using Crank.Node.Workers;

namespace Crank.Node.Tests.Workers;

public sealed class IsolationSummaryTests
{
    private const string Claim = "env+rlimits+gc-limit+seccomp+landlock-7";

    [Fact]
    public void What_both_sides_saw_is_joined_in_the_order_of_receipts()
    {
        var (isolation, missing) = IsolationSummary.Of(ConfinementLayers.All, "landlock-7+seccomp+gc-limit+rlimits+env", [], watched: true);
        Assert.Equal("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7", isolation.Value);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("none", "process+watchdog")]
    [InlineData("", "process+watchdog")]
    [InlineData("bwrap+cgroup+netns+process+watchdog", "process+watchdog")]
    [InlineData("env+landlock-+landlock-x7+landlock-7777+seccomp7", "process+env+watchdog")]
    [InlineData("env+landlock-12", "process+env+watchdog+landlock-12")]
    public void A_claim_that_is_not_a_known_token_counts_for_nothing(string claim, string isolation) =>
        Assert.Equal(isolation, IsolationSummary.Of(ConfinementLayers.All, claim, [], watched: true).Isolation.Value);

    [Fact]
    public void The_kernels_word_stands_over_the_workers()
    {
        var (isolation, missing) = IsolationSummary.Of(ConfinementLayers.All, Claim, [new MissingLayer("seccomp", "thread 7 runs without the filter")], watched: false);
        Assert.Equal("process+env+rlimits+gc-limit+landlock-7", isolation.Value);
        Assert.Equal(["watchdog", "seccomp"], missing.Select(layer => layer.Layer));
        Assert.Contains("thread 7", missing[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_was_not_wanted_is_not_claimed_and_is_named()
    {
        var (isolation, missing) = IsolationSummary.Of(ConfinementLayers.All & ~ConfinementLayers.Seccomp, Claim, [], watched: true);
        Assert.Equal("process+env+rlimits+gc-limit+watchdog+landlock-7", isolation.Value);
        Assert.Equal(new MissingLayer("seccomp", "switched off by the settings"), Assert.Single(missing));
    }
}
