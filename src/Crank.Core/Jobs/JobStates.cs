namespace Crank.Core;

/// <summary>The state machine of a job: from funded to any end, and from an end nowhere.</summary>
public static class JobStates
{
    /// <summary>True when nothing follows.</summary>
    public static bool IsTerminal(this JobState state) => state != JobState.Funded;

    /// <summary>True when a job may move so; a terminal state is never left, and a job cannot be funded again.</summary>
    public static bool CanMoveTo(this JobState from, JobState to) => !from.IsTerminal() && to.IsTerminal();

    /// <summary>Done for a delivered result, unknown while it runs, else not done.</summary>
    public static Outcome Outcome(this JobState state) => state switch
    {
        JobState.Funded => Core.Outcome.Unknown,
        JobState.Done => Core.Outcome.Done,
        _ => Core.Outcome.NotDone,
    };
}
