namespace Crank.Core.Tests.Jobs;

public sealed class JobStatesTests
{
    private static readonly JobState[] All = Enum.GetValues<JobState>();

    [Fact]
    public void Every_end_is_reachable_from_every_state_that_is_none() =>
        Assert.All(All.Where(s => !s.IsTerminal()), from => Assert.All(All.Where(s => s.IsTerminal()), to => Assert.True(from.CanMoveTo(to))));

    [Fact]
    public void An_end_is_never_left() => Assert.All(All.Where(s => s.IsTerminal()), from => Assert.All(All, to => Assert.False(from.CanMoveTo(to))));

    [Fact]
    public void Nothing_moves_to_where_it_is() => Assert.All(All, state => Assert.False(state.CanMoveTo(state)));

    [Fact]
    public void Only_a_delivered_result_is_done_and_only_a_running_job_is_unknown() => Assert.All(All, state => Assert.Equal(
        state switch { JobState.Done => Outcome.Done, JobState.Funded or JobState.Queued => Outcome.Unknown, _ => Outcome.NotDone }, state.Outcome()));

    [Fact]
    public void The_numbers_that_are_stored_stay() =>
        Assert.Equal("Funded=0 Done=1 Failed=2 Cancelled=3 Refused=4 Expired=5 Interrupted=6 Queued=7", string.Join(' ', All.Select(s => $"{s}={(int)s}")));
}
