using Crank.Core;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Rollouts;

/// <summary>A rollout that is in force, with what the jobs of both versions came to. Not safe for many threads.</summary>
internal sealed class RolloutTrack(Rollout rollout, long version)
{
    /// <summary>How many jobs of the new version end between two looks at its latency, which cost more than a look at its errors.</summary>
    private const int Look = 16;

    private readonly FigureWindow _stable = new();
    private readonly FigureWindow _candidate = new();
    private int _unseen;

    /// <summary>The rollout as it stands.</summary>
    public Rollout Rollout { get; private set; } = rollout;

    /// <summary>The version of its record; 0 before it was written.</summary>
    public long Version { get; set; } = version;

    /// <summary>True while what stands here is not what is stored.</summary>
    public bool IsUnwritten { get; set; }

    public RolloutFigures Stable(DateTimeOffset now) => _stable.Figures(now, Rollout.Limits.Window.Time);

    public RolloutFigures Candidate(DateTimeOffset now) => _candidate.Figures(now, Rollout.Limits.Window.Time);

    /// <summary>Counts a job of one of the two versions.</summary>
    /// <returns>True when it is time to judge.</returns>
    public bool Count(JobEnd end)
    {
        var isError = end.Fault == JobFault.Mesh || (end.State == JobState.Failed && Rollout.Limits.DeclaredErrors);
        if (end.Ran is not { } ran || end.State is not (JobState.Done or JobState.Failed or JobState.Expired))
        {
            // It never ran, or was taken back or cut off: nothing that a version could help.
            return false;
        }

        if (end.Capability.Version == Rollout.Stable)
        {
            _stable.Add(end.At, isError, ran);
            return false;
        }

        if (end.Capability.Version != Rollout.Candidate || Rollout.State != RolloutState.Running)
        {
            return false;
        }

        _candidate.Add(end.At, isError, ran);
        _unseen = isError ? Look : _unseen + 1;
        if (_unseen < Look)
        {
            return false;
        }

        _unseen = 0;
        return true;
    }

    /// <summary>Judges, and carries the verdict out.</summary>
    /// <returns>What happened; null when all stays as it is.</returns>
    public RolloutEvent? Judge(DateTimeOffset now) => Rollout.State == RolloutState.Running ? Decide(RolloutRules.Judge(Rollout, Stable(now), Candidate(now), now), now) : null;

    /// <summary>Carries a verdict out.</summary>
    /// <returns>What happened; null when all stays as it is.</returns>
    public RolloutEvent? Decide(RolloutVerdict verdict, DateTimeOffset now)
    {
        if (Rollout.State != RolloutState.Running)
        {
            return null;
        }

        var next = RolloutRules.Apply(Rollout, verdict, now);
        if (ReferenceEquals(next, Rollout))
        {
            return null;
        }

        (Rollout, IsUnwritten) = (next, true);
        if (next.State == RolloutState.Running)
        {
            // Each step is judged by jobs of its own.
            _candidate.Clear();
        }

        return next.History[^1];
    }
}
