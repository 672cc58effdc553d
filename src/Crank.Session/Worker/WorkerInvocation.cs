using System.Buffers;
using Crank.Session.Blobs;
using Crank.Session.Frames;

namespace Crank.Session.Worker;

/// <summary>One invocation as the worker sees it. Nothing of it can be used after its handler has returned.</summary>
#pragma warning disable CA1001 // a cancellation source without a timer or a handle needs no disposal, and late holders of its token may still ask it
public sealed class WorkerInvocation
#pragma warning restore CA1001
{
    /// <summary>However they are escaped, so many characters of unit names fit in a header.</summary>
    private const int MaxUnitNames = 2_048;

    private readonly FrameChannel _channel;
    private readonly Lock _gate = new();
    private readonly IncomingBlob[] _inputs;
    private readonly List<CreditGate> _outputs = [];
    private readonly CancellationTokenSource _cancelled = new();
    private int _openOutputs;
    private int _progressEvents;
    private bool _ended;

    internal WorkerInvocation(FrameChannel channel, in FrameHeader header, ReadOnlyMemory<byte> input)
    {
        _channel = channel;
        Id = header.Id;
        Capability = header.Capability!;
        Version = header.Version;
        Input = input;
        Deadline = header.DeadlineMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        TraceParent = header.TraceParent;
        Blobs = header.Blobs ?? [];
        _inputs = Blobs.Count == 0 ? [] : [.. Blobs.Select((blob, number) => new IncomingBlob(bytes => Credit(number, bytes), blob.Length))];
    }

    /// <summary>Name of the capability to run.</summary>
    public string Capability { get; }

    /// <summary>Exact version wanted, or null for any.</summary>
    public string? Version { get; }

    /// <summary>Input as UTF-8 JSON, unchecked.</summary>
    public ReadOnlyMemory<byte> Input { get; }

    /// <summary>Time the controller gives it, counted from its arrival; null when it gave none.</summary>
    public TimeSpan? Deadline { get; }

    /// <summary>W3C Trace Context <c>traceparent</c> of the caller, version 00; null for none.</summary>
    public string? TraceParent { get; }

    /// <summary>The blobs that the input may name.</summary>
    public IReadOnlyList<BlobAnnouncement> Blobs { get; }

    internal long Id { get; }

    internal CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The bytes of an input blob; nothing is sent before the first read. One stream for each blob: reading it twice continues.</summary>
    /// <param name="number">Its place in <see cref="Blobs"/>.</param>
    public Stream OpenBlob(int number) => _inputs[number];

    /// <summary>Begins an output blob.</summary>
    /// <param name="mediaType">Media type, such as <c>text/markdown</c>.</param>
    /// <param name="name">File name to suggest, or null.</param>
    /// <exception cref="InvalidOperationException">Too many blobs are open or made, or the invocation has ended.</exception>
    public BlobWriter CreateBlob(string mediaType, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(mediaType);
        lock (_gate)
        {
            ThrowIfEnded();
            if (_outputs.Count == SessionLimits.MaxBlobs) throw new InvalidOperationException($"An invocation makes at most {SessionLimits.MaxBlobs} blobs.");
            if (_openOutputs == SessionLimits.MaxOpenBlobs) throw new InvalidOperationException($"An invocation has at most {SessionLimits.MaxOpenBlobs} blobs open; complete one first.");
            var number = _outputs.Count;
            var credit = new CreditGate();
            _outputs.Add(credit);
            _openOutputs++;
            _channel.Send(FrameType.BlobOpen, new FrameHeader { Id = Id, Blob = number, MediaType = Cut(mediaType, SessionLimits.MaxNameLength), Name = Cut(name, SessionLimits.MaxNameLength) });
            return new BlobWriter(this, credit, number);
        }
    }

    /// <summary>Tells the controller how far the work is. After <see cref="SessionLimits.MaxProgressEvents"/> reports, further ones are dropped.</summary>
    public void Report(ProgressReport progress)
    {
        lock (_gate)
        {
            if (_ended || ++_progressEvents > SessionLimits.MaxProgressEvents) return;
            _channel.Send(FrameType.Progress, new FrameHeader { Id = Id, Fraction = Math.Clamp(progress.Fraction, 0, 1), Note = Cut(progress.Note, SessionLimits.MaxTextLength) });
        }
    }

    internal static string? Cut(string? text, int max) => text is null || text.Length <= max ? text : text[..max];

    internal ValueTask SendChunkAsync(int blob, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            return _channel.SendAsync(FrameType.Chunk, new FrameHeader { Id = Id, Blob = blob }, new ReadOnlySequence<byte>(bytes));
        }
    }

    internal void SendBlobEnd(int blob, long total)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            _openOutputs--;
            _channel.Send(FrameType.BlobEnd, new FrameHeader { Id = Id, Blob = blob, Bytes = total });
        }
    }

    internal void OnChunk(int blob, in ReadOnlySequence<byte> chunk) => InputBlob(blob).Accept(chunk);

    internal void OnBlobEnd(int blob, long total) => InputBlob(blob).End(total);

    internal void OnCredit(int blob, long bytes)
    {
        CreditGate credit;
        lock (_gate)
        {
            if (blob >= _outputs.Count) throw SessionException.Violation($"Credit came for output blob {blob} of invocation {Id}, which it never opened.");
            credit = _outputs[blob];
        }

        credit.Add(bytes);
    }

    internal void Cancel() => _cancelled.Cancel();

    /// <summary>Sends the last frame.</summary>
    internal void End(InvocationResult result)
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            if (result is InvocationResult.Completed done && Refusal(done) is { } refusal) result = refusal;
            if (result is InvocationResult.Completed completed)
                _channel.Send(FrameType.Result, new FrameHeader { Id = Id, Units = completed.Units }, new ReadOnlySequence<byte>(completed.Output));
            else if (result is InvocationResult.Failed failed)
                _channel.Send(FrameType.Error, new FrameHeader { Id = Id, Code = Cut(failed.Code, SessionLimits.MaxNameLength), Message = Cut(failed.Message, SessionLimits.MaxTextLength), Retryable = failed.Retryable });
        }

        var over = new OperationCanceledException("The invocation has ended.");
        foreach (var input in _inputs) input.Abort(over);
        foreach (var output in _outputs) output.End(over);
    }

    private InvocationResult.Failed? Refusal(InvocationResult.Completed done) =>
        done.Output.Length > SessionLimits.MaxJsonBytes
            ? new(InvocationErrors.OutputTooLarge, $"The output has {done.Output.Length} bytes of JSON; {SessionLimits.MaxJsonBytes} are allowed. Write large results as blobs.", Retryable: false)
        : _openOutputs > 0
            ? new(InvocationErrors.Internal, "The capability returned before it completed a blob that it had begun.", Retryable: false)
        : done.Units.Count > SessionLimits.MaxUnits
            ? new(InvocationErrors.Internal, $"The capability metered {done.Units.Count} units; {SessionLimits.MaxUnits} are allowed.", Retryable: false)
        : done.Units.Any(unit => unit.Value < 0 || unit.Key.Length > SessionLimits.MaxNameLength) || done.Units.Sum(unit => unit.Key.Length) > MaxUnitNames
            ? new(InvocationErrors.Internal, $"The capability metered a negative count, or units whose names have more than {SessionLimits.MaxNameLength} characters each or {MaxUnitNames} together.", Retryable: false)
        : null;

    private IncomingBlob InputBlob(int number) =>
        number < _inputs.Length
            ? _inputs[number]
            : throw SessionException.Violation($"Part of input blob {number} came for invocation {Id}, which has {_inputs.Length}.");

    private void Credit(int blob, long bytes)
    {
        lock (_gate)
        {
            if (!_ended) _channel.Send(FrameType.Credit, new FrameHeader { Id = Id, Blob = blob, Bytes = bytes });
        }
    }

    private void ThrowIfEnded()
    {
        if (_ended) throw new InvalidOperationException("The invocation has ended.");
    }
}
