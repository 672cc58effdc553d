using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Mesh.Queue;

/// <summary>Something that happened to a job.</summary>
/// <param name="Sequence">Grows with every event of the job, also across restarts; whoever saw this one asks for what came after it.</param>
/// <param name="State">Where the job stands.</param>
/// <param name="At">When it was seen.</param>
/// <param name="Progress">How far its worker is; null when it has not said.</param>
/// <param name="Error">The refusal or typed error; null for none.</param>
public sealed record JobEvent(long Sequence, JobState State, DateTimeOffset At, JobProgress? Progress, ErrorCode? Error)
{
    /// <summary>True when nothing follows.</summary>
    public bool IsLast => State.IsTerminal();
}
