namespace Crank.Node.Workers;

/// <summary>Why a worker ended under its job. The parent's own reason comes first: an exit code alone proves nothing. Append only.</summary>
public enum KillReason
{
    /// <summary>The time was over.</summary>
    Deadline = 1,

    /// <summary>The output passed its maximum.</summary>
    OutputCap = 2,

    /// <summary>The parent saw too much resident memory.</summary>
    Watchdog = 3,

    /// <summary>The caller cancelled and the worker did not stop.</summary>
    Cancelled = 4,

    /// <summary>The worker sent what no worker may send.</summary>
    Protocol = 5,

    /// <summary>The worker ended by itself or by a limit of the system; see the exit code, which is a hint only.</summary>
    WorkerExit = 6,

    /// <summary>The pool is closing.</summary>
    Closed = 7,
}
