using System.Buffers;
using Crank.Session.Blobs;
using Crank.Session.Frames;

namespace Crank.Session.Controller;

/// <summary>
/// One invocation in flight, as the controller sees it. Lives until the worker's last frame for it, even when its caller
/// has gone, so that late frames are told from wrong ones. All <c>On…</c> methods run on the session's reader.
/// </summary>
internal sealed class PendingCall(FrameChannel channel, Invocation invocation)
{
    private readonly TaskCompletionSource<InvocationResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private InputPump?[]? _pumps;
    private List<IncomingBlob>? _outputs;
    private List<Task>? _receivers;
    private InvocationResult? _last;
    private Exception? _abandoned;
    private long _outputBytes;
    private int _progressEvents;

    public long Id { get; set; }

    public Invocation Invocation { get; } = invocation;

    public Task<InvocationResult> Answer => _answer.Task;

    /// <summary>Ends the call for its caller and asks the worker to stop; the worker's last frame is still awaited.</summary>
    public void Abandon(Exception reason)
    {
        if (End(reason)) channel.Send(FrameType.Cancel, new FrameHeader { Id = Id });
    }

    /// <summary>Ends the call for its caller because the session is over.</summary>
    public bool End(Exception reason)
    {
        lock (_gate)
        {
            if (_abandoned is not null) return false;
            _abandoned = reason;
            foreach (var pump in _pumps ?? []) pump?.Stop(reason);
            foreach (var output in _outputs ?? []) output.Abort(reason);
        }

        _stop?.Cancel();
        return reason is OperationCanceledException cancelled
            ? _answer.TrySetCanceled(cancelled.CancellationToken)
            : _answer.TrySetException(reason);
    }

    public void OnCredit(int blob, long bytes)
    {
        if (blob >= Invocation.Blobs.Count)
            throw SessionException.Violation($"Credit came for input blob {blob} of invocation {Id}, which has {Invocation.Blobs.Count}.");
        InputPump pump;
        lock (_gate)
        {
            if (_abandoned is not null) return;
            _pumps ??= new InputPump[Invocation.Blobs.Count];
            pump = _pumps[blob] ??= new InputPump(channel, Id, blob, Invocation.Blobs[blob]);
            _stop ??= new CancellationTokenSource();
        }

        if (pump.Credit(bytes)) _ = Task.Run(() => PumpAsync(pump, _stop.Token));
    }

    public void OnProgress(in FrameHeader header)
    {
        if (++_progressEvents > SessionLimits.MaxProgressEvents)
            throw SessionException.Violation($"Invocation {Id} reported progress more than {SessionLimits.MaxProgressEvents} times.");
        if (Invocation.OnProgress is not { } told || _abandoned is not null) return;
        try
        {
            told(new ProgressReport(header.Fraction!.Value, header.Note));
        }
        catch (Exception e)
        {
            Abandon(e);
        }
    }

    public void OnBlobOpen(in FrameHeader header)
    {
        var number = header.Blob!.Value;
        IncomingBlob blob;
        lock (_gate)
        {
            _outputs ??= [];
            if (number != _outputs.Count) throw SessionException.Violation($"Invocation {Id} opened blob {number}; {_outputs.Count} would be next.");
            if (_outputs.Count(b => !b.Ended) >= SessionLimits.MaxOpenBlobs)
                throw SessionException.Violation($"Invocation {Id} has more than {SessionLimits.MaxOpenBlobs} blobs open.");
            blob = new IncomingBlob(bytes => channel.Send(FrameType.Credit, new FrameHeader { Id = Id, Blob = number, Bytes = bytes }), expected: null);
            _outputs.Add(blob);
            if (_abandoned is not null)
            {
                blob.Abort(_abandoned);
                return;
            }

            if (Invocation.ReceiveBlob is not null)
            {
                _stop ??= new CancellationTokenSource();
                var output = new OutputBlob(number, header.MediaType!, header.Name, blob);
                (_receivers ??= []).Add(Task.Run(() => ReceiveAsync(output, _stop.Token)));
                return;
            }
        }

        Abandon(new SessionException(SessionFault.OutputTooLarge, "The capability made a blob where none is taken; give a place for output blobs."));
    }

    public void OnChunk(int number, in ReadOnlySequence<byte> chunk)
    {
        Output(number).Accept(chunk);
        CountOutput(chunk.Length);
    }

    public void OnBlobEnd(int number, long bytes) => Output(number).End(bytes);

    public void OnResult(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        CountOutput(payload.Length);
        lock (_gate)
        {
            if (_abandoned is not null) return;
            if (_outputs is not null && _outputs.Exists(b => !b.Ended))
                throw SessionException.Violation($"Invocation {Id} ended with a result while a blob of it was open.");
        }

        _last = new InvocationResult.Completed(payload.ToArray(), header.Units ?? InvocationResult.NoUnits);
    }

    public void OnError(in FrameHeader header)
    {
        var failed = new InvocationResult.Failed(header.Code!, header.Message!, header.Retryable!.Value);
        lock (_gate)
        {
            if (_abandoned is not null) return;
            _abandoned = new OperationCanceledException("The invocation ended with an error.");
            foreach (var output in _outputs ?? []) output.Abort(_abandoned);
        }

        _last = failed;
    }

    /// <summary>After the last frame, when the call is no longer in flight: gives the answer, and nothing of this call may run on.</summary>
    public void OnLastFrame()
    {
        lock (_gate)
        {
            foreach (var pump in _pumps ?? []) pump?.Stop(new OperationCanceledException("The invocation has ended."));
        }

        if (_last is null) return;
        if (_receivers is null || _last is InvocationResult.Failed) _answer.TrySetResult(_last);
        else _ = AnswerWhenReceivedAsync(_last, _receivers);
    }

    private IncomingBlob Output(int number) =>
        _outputs is not null && number < _outputs.Count
            ? _outputs[number]
            : throw SessionException.Violation($"Invocation {Id} sent part of blob {number}, which it never opened.");

    private void CountOutput(long bytes)
    {
        _outputBytes += bytes;
        if (_outputBytes > Invocation.MaxOutputBytes)
            Abandon(new SessionException(SessionFault.OutputTooLarge, $"The output reached {_outputBytes} bytes; {Invocation.MaxOutputBytes} are allowed."));
    }

    private async Task PumpAsync(InputPump pump, CancellationToken cancellationToken)
    {
        try
        {
            await pump.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The invocation ended first; its answer is given elsewhere.
        }
        catch (Exception e)
        {
            Abandon(e);
        }
    }

    private async Task ReceiveAsync(OutputBlob output, CancellationToken cancellationToken)
    {
        await using (output.Content)
        {
            try
            {
                await Invocation.ReceiveBlob!(output, cancellationToken);
                if (output.Content is IncomingBlob { Ended: false })
                    throw new InvalidOperationException($"The receiver of blob {output.Number} stopped before its end.");
            }
            catch (Exception e)
            {
                Abandon(e);
            }
        }
    }

    private async Task AnswerWhenReceivedAsync(InvocationResult completed, List<Task> receivers)
    {
        await Task.WhenAll(receivers);
        _answer.TrySetResult(completed);
    }
}
