using Crank.Session.Frames;

namespace Crank.Session.Controller;

/// <summary>One run of one capability on one worker.</summary>
public sealed class Invocation
{
    /// <summary>Name of the capability, such as <c>doc.convert</c>.</summary>
    public required string Capability { get; init; }

    /// <summary>Exact version wanted, or null for the one the worker has.</summary>
    public string? Version { get; init; }

    /// <summary>Input as UTF-8 JSON, at most <see cref="SessionLimits.MaxJsonBytes"/>.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The blobs that the input names; at most <see cref="SessionLimits.MaxBlobs"/>.</summary>
    public IReadOnlyList<InputBlob> Blobs { get; init; } = [];

    /// <summary>Time the worker is told it has; enforcing it is the caller's work, by the cancellation token.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>W3C Trace Context <c>traceparent</c> of the caller, version 00; null for none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Most bytes of output, JSON and blobs together.</summary>
    public long MaxOutputBytes { get; init; } = SessionLimits.MaxJsonBytes;

    /// <summary>Takes each output blob; must read its content to the end. Null refuses all blobs.</summary>
    public Func<OutputBlob, CancellationToken, Task>? ReceiveBlob { get; init; }

    /// <summary>Told of progress, on the session's reader: must return at once.</summary>
    public Action<ProgressReport>? OnProgress { get; init; }

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Capability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Capability.Length, SessionLimits.MaxNameLength, nameof(Capability));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Input.Length, SessionLimits.MaxJsonBytes, nameof(Input));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Blobs.Count, SessionLimits.MaxBlobs, nameof(Blobs));
        if (TraceParent is not null && !HeaderReader.IsTraceParent(TraceParent))
            throw new ArgumentException($"'{TraceParent}' is not a traceparent such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.", nameof(TraceParent));
        foreach (var blob in Blobs)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(blob.Length, nameof(Blobs));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(blob.Key.Length, SessionLimits.MaxNameLength, nameof(Blobs));
        }
    }
}
