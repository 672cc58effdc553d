namespace Crank.Core;

/// <summary>The state machine of a job: from queued to funded and back while it is tried again, from both to any end, and from an end nowhere.</summary>
public static class JobStates
{
    /// <summary>True when nothing follows.</summary>
    public static bool IsTerminal(this JobState state) => state is not (JobState.Funded or JobState.Queued);

    /// <summary>True when a job may move so; a terminal state is never left.</summary>
    public static bool CanMoveTo(this JobState from, JobState to) => !from.IsTerminal() && from != to;

    /// <summary>Done for a delivered result, unknown until it has ended, else not done.</summary>
    public static Outcome Outcome(this JobState state) => state switch
    {
        JobState.Funded or JobState.Queued => Core.Outcome.Unknown,
        JobState.Done => Core.Outcome.Done,
        _ => Core.Outcome.NotDone,
    };
}
