namespace Crank.Node.Workers;

/// <summary>How a job ended on this node.</summary>
public abstract record WorkerResult
{
    private WorkerResult()
    {
    }

    /// <summary>The capability gave its result.</summary>
    /// <param name="Output">UTF-8 JSON; unchecked.</param>
    /// <param name="Units">What it metered, by name, each 0 or more; the worker's own word.</param>
    /// <param name="Usage">What it used.</param>
    public sealed record Done(ReadOnlyMemory<byte> Output, IReadOnlyDictionary<string, long> Units, WorkerUsage Usage) : WorkerResult;

    /// <summary>The capability said no, or the node could not run it.</summary>
    /// <param name="Code">A declared error, or one of <see cref="WorkerErrors"/> or <see cref="Crank.Session.InvocationErrors"/>.</param>
    /// <param name="Message">What was wrong and what to try; from the worker it is foreign text, control characters escaped.</param>
    /// <param name="Retryable">Whether the same input may succeed elsewhere.</param>
    /// <param name="Usage">What it used.</param>
    public sealed record Failed(string Code, string Message, bool Retryable, WorkerUsage Usage) : WorkerResult;

    /// <summary>The worker, or this job of it, was ended.</summary>
    /// <param name="Reason">The parent's own reason, else that the worker exited.</param>
    /// <param name="ExitCode">128 + signal when a signal ended it; null while the worker lives on.</param>
    /// <param name="Message">What happened, with the end of the worker's standard error: foreign text, control characters escaped.</param>
    /// <param name="Usage">What it used.</param>
    public sealed record Killed(KillReason Reason, int? ExitCode, string Message, WorkerUsage Usage) : WorkerResult;

    /// <summary>The caller cancelled.</summary>
    /// <param name="Usage">What it used.</param>
    public sealed record Cancelled(WorkerUsage Usage) : WorkerResult;

    /// <summary>All workers are taken and too many jobs wait: no attempt was made.</summary>
    public sealed record Busy : WorkerResult;
}
