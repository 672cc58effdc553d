using Crank.Core;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Node.Workers;

/// <summary>One job as a worker needs it.</summary>
public sealed record WorkerJob
{
    /// <summary>What to run.</summary>
    public required CapabilityVersion Capability { get; init; }

    /// <summary>Input as UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The blobs that the input names. Each must open more than once: a job whose worker died of another job is run again.</summary>
    public IReadOnlyList<InputBlob> Blobs { get; init; } = [];

    /// <summary>Time from now to the answer, waiting for a worker included.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Most bytes of output, JSON and blobs together.</summary>
    public required long MaxOutputBytes { get; init; }

    /// <summary>Whether the capability says that one worker may run several of its jobs at once.</summary>
    public bool Concurrent { get; init; }

    /// <summary>The weakest isolation that the job may run in.</summary>
    public IsolationLevel MinIsolation { get; init; } = IsolationLevel.Strong;

    /// <summary>Takes each output blob, reading it to its end; a second call with the same number replaces the first. Null refuses all blobs.</summary>
    public Func<OutputBlob, CancellationToken, Task>? ReceiveBlob { get; init; }

    /// <summary>W3C Trace Context <c>traceparent</c> of the caller, version 00; null for none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Told of progress; must return at once.</summary>
    public Action<ProgressReport>? OnProgress { get; init; }
}
