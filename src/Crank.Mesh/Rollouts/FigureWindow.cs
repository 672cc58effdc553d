using Crank.Core;

namespace Crank.Mesh.Rollouts;

/// <summary>The jobs of one version that ended lately: the newest <see cref="MaxJobs"/> of a sliding window. Not safe for many threads.</summary>
internal sealed class FigureWindow
{
    /// <summary>How many jobs are remembered at most.</summary>
    public const int MaxJobs = 2_000;

    private readonly Queue<(DateTimeOffset At, bool IsError, TimeSpan Took)> _jobs = new();
    private int _errors;

    /// <summary>How many jobs failed.</summary>
    public int Errors => _errors;

    public void Add(DateTimeOffset at, bool isError, TimeSpan took)
    {
        _jobs.Enqueue((at, isError, took));
        _errors += isError ? 1 : 0;
        if (_jobs.Count > MaxJobs)
        {
            Drop();
        }
    }

    /// <summary>What is left of the window.</summary>
    /// <param name="now">The time.</param>
    /// <param name="window">What ended longer ago is forgotten.</param>
    public RolloutFigures Figures(DateTimeOffset now, TimeSpan window)
    {
        while (_jobs.TryPeek(out var oldest) && now - oldest.At > window)
        {
            Drop();
        }

        if (_jobs.Count == 0)
        {
            return RolloutFigures.None;
        }

        var took = _jobs.Select(j => j.Took).Order().ToArray();
        return new(took.Length, _errors, new Duration(took[(int)Math.Ceiling(took.Length * 0.95) - 1]));
    }

    public void Clear()
    {
        _jobs.Clear();
        _errors = 0;
    }

    private void Drop() => _errors -= _jobs.Dequeue().IsError ? 1 : 0;
}
