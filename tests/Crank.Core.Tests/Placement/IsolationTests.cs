namespace Crank.Core.Tests.Placement;

public sealed class IsolationTests
{
    [Theory]
    [InlineData("none", IsolationLevel.None)]
    [InlineData("seccomp+landlock-7+cgroup", IsolationLevel.None)]
    [InlineData("process", IsolationLevel.Weak)]
    [InlineData("process+env+rlimits+gc-limit+watchdog", IsolationLevel.Weak)]
    [InlineData("process+seccomp+landlock-7", IsolationLevel.Weak)]
    [InlineData("process+rlimits+landlock-7", IsolationLevel.Weak)]
    [InlineData("process+rlimits+seccomp", IsolationLevel.Medium)]
    [InlineData("process+rlimits+seccomp+cgroup", IsolationLevel.Medium)]
    [InlineData("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7", IsolationLevel.Strong)]
    [InlineData("process+rlimits+seccomp+landlock-1+bwrap", IsolationLevel.StrongPlus)]
    [InlineData("process+rlimits+seccompish+landlockish", IsolationLevel.Weak)]
    public void A_level_is_never_rounded_up(string tokens, IsolationLevel level) => Assert.Equal(level, Isolation.Parse(tokens).Level);

    [Theory]
    [InlineData("")]
    [InlineData("process+")]
    [InlineData("process++seccomp")]
    [InlineData("Process")]
    public void Only_tokens_joined_by_plus_are_read(string text) => Assert.False(Isolation.TryParse(text, null, out _));
}
