using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Run;

/// <summary>How one attempt ended.</summary>
public abstract record DispatchResult
{
    private DispatchResult()
    {
    }

    /// <summary>The worker answered with a result.</summary>
    /// <param name="Output">The output as UTF-8 JSON.</param>
    /// <param name="Blobs">The blobs of the output; its JSON names them by their digests.</param>
    /// <param name="Units">What the worker metered beyond job, megabyte and second.</param>
    /// <param name="Usage">What the attempt used.</param>
    public sealed record Done(
        ReadOnlyMemory<byte> Output,
        ImmutableArray<OutputBlob> Blobs,
        ImmutableDictionary<Unit, Quantity> Units,
        WorkerUsage Usage) : DispatchResult;

    /// <summary>The job was not done: a declared error, or the end of the worker.</summary>
    /// <param name="Code">The typed error.</param>
    /// <param name="Message">What happened, for people.</param>
    /// <param name="Retryable">True when another offer may do it.</param>
    /// <param name="Usage">What the attempt used.</param>
    public sealed record Failed(ErrorCode Code, string Message, bool Retryable, WorkerUsage Usage) : DispatchResult;

    /// <summary>The attempt was stopped: the caller took the job back, or its time was up.</summary>
    /// <param name="Usage">What the attempt used.</param>
    public sealed record Stopped(WorkerUsage Usage) : DispatchResult;

    /// <summary>There was no room: not an attempt.</summary>
    public sealed record Busy : DispatchResult;
}
