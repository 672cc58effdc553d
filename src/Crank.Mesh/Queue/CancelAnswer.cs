namespace Crank.Mesh.Queue;

/// <summary>What became of a wish to take a job back.</summary>
public enum CancelAnswer
{
    /// <summary>The tenant has no such job.</summary>
    NotFound,

    /// <summary>It had ended before.</summary>
    Ended,

    /// <summary>It had not started, and has ended now.</summary>
    Cancelled,

    /// <summary>It runs, and is being stopped; its end may still be another one.</summary>
    Stopping,
}
