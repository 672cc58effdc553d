using System.Buffers;
using Crank.Session.Frames;

namespace Crank.Session.Worker;

/// <summary>The worker's end of a session: introduces itself, runs what it is asked, and ends with the controller.</summary>
/// <param name="hello">How it introduces itself.</param>
/// <param name="handler">Runs one invocation, on a pool thread; the token is cancelled when the controller asks or is gone. What it throws is answered as <see cref="InvocationErrors.Internal"/> without detail.</param>
/// <param name="health">Answers pings, on the session's reader: must return at once. Null means always well.</param>
public sealed class WorkerEndpoint(WorkerHello hello, Func<WorkerInvocation, CancellationToken, Task<InvocationResult>> handler, Func<WorkerHealth>? health = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, WorkerInvocation> _running = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameChannel? _channel;
    private long _lastId;
    private int _maxInFlight;
    private bool _closing;
    private bool _leaving;

    /// <summary>Serves one session; call once.</summary>
    /// <param name="input">What the controller writes; closed at the end.</param>
    /// <param name="output">What the controller reads; closed at the end.</param>
    /// <param name="cancellationToken">Ends the session at once.</param>
    /// <exception cref="SessionException">The controller vanished or broke the protocol. An orderly close returns.</exception>
    public async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken = default)
    {
        var channel = _channel = new FrameChannel(input, output);
        channel.Send(
            FrameType.Hello,
            new FrameHeader { Protocol = SessionLimits.Protocol, Service = hello.Service, Version = hello.Version, Isolation = hello.Isolation, Sdk = hello.Sdk },
            new ReadOnlySequence<byte>(hello.Capabilities));
        try
        {
            var reading = channel.ReadAllAsync(OnFrame, cancellationToken);
            await Task.WhenAny(reading, _idle.Task);
            if (!_idle.Task.IsCompleted)
            {
                await reading;
                throw new SessionException(SessionFault.PeerGone, "The controller ended its stream without a close.");
            }

            channel.Send(FrameType.Bye, default);
            await channel.FlushAsync();
        }
        finally
        {
            channel.Stop(new SessionException(SessionFault.Closed, "The worker's session is over."));
            CancelAll();
        }
    }

    /// <summary>Asks the controller for an orderly end: what runs is finished, what is on its way is taken, then the session ends. Once; before the session it does nothing.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (_closing || _leaving || _channel is null) return;
            _leaving = true;
            _channel.Send(FrameType.Leave, default);
        }
    }

    private void OnFrame(Frame frame)
    {
        var header = HeaderReader.Read(frame.Type, frame.Header);
        if (_maxInFlight == 0)
        {
            OnWelcome(frame.Type, header);
            return;
        }

        switch (frame.Type)
        {
            case FrameType.Invoke: OnInvoke(header, frame.Payload); break;
            case FrameType.Chunk: Running(header.Id)?.OnChunk(header.Blob!.Value, frame.Payload); break;
            case FrameType.BlobEnd: Running(header.Id)?.OnBlobEnd(header.Blob!.Value, header.Bytes!.Value); break;
            case FrameType.Credit: Running(header.Id)?.OnCredit(header.Blob!.Value, header.Bytes!.Value); break;
            case FrameType.Cancel: if (Running(header.Id) is { } stop) ThreadPool.UnsafeQueueUserWorkItem(static i => i.Cancel(), stop, preferLocal: false); break;
            case FrameType.Ping: OnPing(header.Nonce!.Value); break;
            case FrameType.Describe: _channel!.Send(FrameType.Description, default, new ReadOnlySequence<byte>(hello.Capabilities)); break;
            case FrameType.Close: OnClose(); break;
            default: throw SessionException.Violation($"A controller may not send a {frame.Type} frame here.");
        }
    }

    private void OnWelcome(FrameType type, in FrameHeader header)
    {
        if (type != FrameType.Welcome) throw new SessionException(SessionFault.HandshakeFailed, $"The controller's first frame was {type}; Welcome was expected.");
        if (header.Protocol != SessionLimits.Protocol)
            throw new SessionException(SessionFault.HandshakeFailed, $"The controller speaks '{header.Protocol}'; this worker speaks '{SessionLimits.Protocol}'.");
        _maxInFlight = header.Invocations!.Value;
    }

    private void OnInvoke(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        var invocation = new WorkerInvocation(_channel!, header, payload.ToArray());
        lock (_gate)
        {
            if (_closing) throw SessionException.Violation($"Invocation {header.Id} came after the close.");
            if (header.Id <= _lastId) throw SessionException.Violation($"Invocation {header.Id} came after {_lastId}; numbers only grow.");
            if (_running.Count >= _maxInFlight) throw SessionException.Violation($"Invocation {header.Id} came while {_running.Count} were running; {_maxInFlight} were agreed.");
            _lastId = header.Id;
            _running.Add(header.Id, invocation);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Endpoint.HandleAsync(work.Invocation), (Endpoint: this, Invocation: invocation), preferLocal: false);
    }

    private async Task HandleAsync(WorkerInvocation invocation)
    {
        InvocationResult result;
        try
        {
            result = await handler(invocation, invocation.Cancelled);
        }
        catch (OperationCanceledException) when (invocation.Cancelled.IsCancellationRequested)
        {
            result = new InvocationResult.Failed(InvocationErrors.Cancelled, "The invocation was cancelled.", Retryable: true);
        }
        catch (Exception)
        {
            result = new InvocationResult.Failed(InvocationErrors.Internal, "The capability broke. The worker's own log says more.", Retryable: false);
        }

        Finish(invocation, result);
    }

    private void Finish(WorkerInvocation invocation, InvocationResult result)
    {
        bool idle;
        lock (_gate)
        {
            _running.Remove(invocation.Id);
            invocation.End(result);
            idle = _closing && _running.Count == 0;
        }

        if (idle) _idle.TrySetResult();
    }

    /// <returns>Null for an invocation that has ended: the controller could not know yet.</returns>
    private WorkerInvocation? Running(long id)
    {
        lock (_gate)
        {
            if (id > _lastId) throw SessionException.Violation($"A frame came for invocation {id}, which was never started.");
            return _running.GetValueOrDefault(id);
        }
    }

    private void OnPing(long nonce)
    {
        WorkerHealth answer;
        try
        {
            answer = health?.Invoke() ?? new WorkerHealth(Ok: true);
        }
        catch (Exception e)
        {
            answer = new WorkerHealth(Ok: false, $"The health check failed with {e.GetType().Name}.");   // and takes no other job of this worker with it
        }

        _channel!.Send(FrameType.Pong, new FrameHeader { Nonce = nonce, Ok = answer.Ok, Detail = WorkerInvocation.Cut(answer.Detail, SessionLimits.MaxTextLength) });
    }

    private void OnClose()
    {
        bool idle;
        lock (_gate)
        {
            if (_closing) throw SessionException.Violation("The controller closed the session twice.");
            _closing = true;
            idle = _running.Count == 0;
        }

        if (idle) _idle.TrySetResult();
    }

    private void CancelAll()
    {
        WorkerInvocation[] running;
        lock (_gate) running = [.. _running.Values];
        foreach (var invocation in running) invocation.Cancel();
    }
}
