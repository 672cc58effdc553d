using System.Buffers;
using Crank.Session.Frames;

namespace Crank.Session.Controller;

/// <summary>The controller's end of a session with one worker. Safe for many callers at once.</summary>
public sealed class WorkerConnection : IAsyncDisposable
{
    private readonly FrameChannel _channel;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly Dictionary<long, TaskCompletionSource<WorkerHealth>> _pings = [];
    private readonly Queue<TaskCompletionSource<ReadOnlyMemory<byte>>> _describes = [];
    private readonly SemaphoreSlim _slots;
    private readonly int _maxInFlight;
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<WorkerHello> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionException? _end;
    private bool _closing;
    private long _lastId;
    private long _lastNonce;

    private WorkerConnection(Stream input, Stream output, int maxInFlight)
    {
        _channel = new FrameChannel(input, output);
        _slots = new SemaphoreSlim(maxInFlight, maxInFlight);
        _maxInFlight = maxInFlight;
        Hello = new WorkerHello("", "", "", default);
    }

    /// <summary>How the worker introduced itself.</summary>
    public WorkerHello Hello { get; private set; }

    /// <summary>Completes, never fails, with the reason when the session is over.</summary>
    public Task<SessionException> Ended => _ended.Task;

    /// <summary>Completes when the worker asks to leave: give it nothing more and close the session. Never completes when it does not.</summary>
    public Task Leaving => _leaving.Task;

    /// <summary>Invocations that the worker has not given its last frame for, cancelled ones included.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate) return _calls.Count;
        }
    }

    /// <summary>Waits for the worker's introduction and answers it.</summary>
    /// <param name="input">What the worker writes; closed with the session.</param>
    /// <param name="output">What the worker reads; closed with the session.</param>
    /// <param name="maxInFlight">Invocations the worker may have at once, 1 to <see cref="SessionLimits.MaxInvocations"/>; more wait here.</param>
    /// <param name="cancellationToken">Bounds the wait.</param>
    /// <exception cref="SessionException">The worker is gone, speaks another protocol or none.</exception>
    public static async Task<WorkerConnection> ConnectAsync(Stream input, Stream output, int maxInFlight, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxInFlight, SessionLimits.MaxInvocations);
        var connection = new WorkerConnection(input, output, maxInFlight);
        try
        {
            _ = Task.Run(connection.ReadAsync, CancellationToken.None);
            connection.Hello = await connection._hello.Task.WaitAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one invocation. Waits for a free place when the worker has as many as it may.</summary>
    /// <param name="invocation">What to run.</param>
    /// <param name="cancellationToken">Ends the wait at once and tells the worker to stop; its place is free when it has.</param>
    /// <returns>The capability's own answer, done or not.</returns>
    /// <exception cref="SessionException">The session ended, or this invocation's input or output broke its bounds.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<InvocationResult> InvokeAsync(Invocation invocation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        invocation.Check();
        if (!_slots.Wait(0, CancellationToken.None)) await WaitForSlotAsync(cancellationToken);
        var call = new PendingCall(_channel, invocation);
        Start(call);
        await using var cancelled = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingCall)state!).Abandon(new OperationCanceledException(token)), call);
        return await call.Answer;
    }

    /// <summary>Asks the worker how it is.</summary>
    /// <exception cref="SessionException">The session ended first.</exception>
    public async Task<WorkerHealth> PingAsync(CancellationToken cancellationToken = default)
    {
        var answer = new TaskCompletionSource<WorkerHealth>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ThrowIfOver();
            _pings.Add(++_lastNonce, answer);
            _channel.Send(FrameType.Ping, new FrameHeader { Nonce = _lastNonce });
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Asks for the capability descriptors again.</summary>
    /// <returns>UTF-8 JSON, as in <see cref="WorkerHello.Capabilities"/>.</returns>
    /// <exception cref="SessionException">The session ended first.</exception>
    public async Task<ReadOnlyMemory<byte>> DescribeAsync(CancellationToken cancellationToken = default)
    {
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ThrowIfOver();
            _describes.Enqueue(answer);
            _channel.Send(FrameType.Describe, default);
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes no more invocations, lets the worker finish those in flight, and ends the session.</summary>
    /// <param name="cancellationToken">When cancelled, the session ends at once and what is in flight fails.</param>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_end is null && !_closing)
            {
                _closing = true;
                _channel.Send(FrameType.Close, default);
            }
        }

        try
        {
            await _ended.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Ends the session at once; what is in flight fails with <see cref="SessionFault.Closed"/>.</summary>
    public ValueTask DisposeAsync()
    {
        EndSession(new SessionException(SessionFault.Closed, "The session was closed from this side."));
        return ValueTask.CompletedTask;
    }

    private async Task WaitForSlotAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        try
        {
            await _slots.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            lock (_gate) ThrowIfOver();
            throw;
        }
    }

    /// <summary>Adds the first frame and never waits: a worker that does not read must not keep a caller from giving up.</summary>
    private void Start(PendingCall call)
    {
        var invocation = call.Invocation;
        var header = new FrameHeader
        {
            Capability = invocation.Capability,
            Version = invocation.Version,
            Blobs = invocation.Blobs.Count == 0 ? null : [.. invocation.Blobs.Select(blob => new BlobAnnouncement(blob.Key, blob.Length))],
            DeadlineMs = invocation.Deadline is { } deadline ? Math.Max(1, (long)deadline.TotalMilliseconds) : null,
            TraceParent = invocation.TraceParent,
        };
        lock (_gate)
        {
            if (_closing || _end is not null)
            {
                _slots.Release();
                ThrowIfOver();
                throw new SessionException(SessionFault.Closed, "The session is being closed and takes no more invocations.");
            }

            header.Id = call.Id = ++_lastId;
            _calls.Add(call.Id, call);
            try
            {
                _channel.Send(FrameType.Invoke, header, new ReadOnlySequence<byte>(invocation.Input));
            }
            catch
            {
                _calls.Remove(call.Id);
                _slots.Release();
                throw;
            }
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await _channel.ReadAllAsync(OnFrame, CancellationToken.None);
            EndSession(EndOfStream());
        }
        catch (SessionException e)
        {
            EndSession(e);
        }
        catch (Exception e)
        {
            EndSession(SessionException.Violation($"The worker's frames could not be handled: {e.Message}", e));
        }
    }

    private SessionException EndOfStream()
    {
        lock (_gate)
        {
            return _closing && _calls.Count == 0
                ? new SessionException(SessionFault.Closed, "The worker ended its stream after the close.")
                : new SessionException(SessionFault.PeerGone, $"The worker ended its stream with {_calls.Count} invocations in flight.");
        }
    }

    private void OnFrame(Frame frame)
    {
        var header = HeaderReader.Read(frame.Type, frame.Header);
        if (!_hello.Task.IsCompleted)
        {
            OnHello(frame, header);
            return;
        }

        switch (frame.Type)
        {
            case FrameType.Result:
                var done = Call(header.Id);
                done.OnResult(header, frame.Payload);
                OnLastFrame(done);
                break;
            case FrameType.Error:
                var failed = Call(header.Id);
                failed.OnError(header);
                OnLastFrame(failed);
                break;
            case FrameType.Progress: Call(header.Id).OnProgress(header); break;
            case FrameType.BlobOpen: Call(header.Id).OnBlobOpen(header); break;
            case FrameType.Chunk: Call(header.Id).OnChunk(header.Blob!.Value, frame.Payload); break;
            case FrameType.BlobEnd: Call(header.Id).OnBlobEnd(header.Blob!.Value, header.Bytes!.Value); break;
            case FrameType.Credit: Call(header.Id).OnCredit(header.Blob!.Value, header.Bytes!.Value); break;
            case FrameType.Pong: OnPong(header); break;
            case FrameType.Description: OnDescription(frame.Payload); break;
            case FrameType.Bye: OnBye(); break;
            case FrameType.Leave: OnLeave(); break;
            default: throw SessionException.Violation($"A worker may not send a {frame.Type} frame here.");
        }
    }

    private void OnHello(in Frame frame, in FrameHeader header)
    {
        if (frame.Type != FrameType.Hello)
            throw new SessionException(SessionFault.HandshakeFailed, $"The worker's first frame was {frame.Type}; Hello was expected.");
        if (header.Protocol != SessionLimits.Protocol)
            throw new SessionException(SessionFault.HandshakeFailed, $"The worker speaks '{header.Protocol}'; this controller speaks '{SessionLimits.Protocol}'.");
        _channel.Send(FrameType.Welcome, new FrameHeader { Protocol = SessionLimits.Protocol, Invocations = _maxInFlight });
        _hello.TrySetResult(new WorkerHello(header.Service!, header.Version!, header.Isolation!, frame.Payload.ToArray(), header.Sdk));
    }

    private PendingCall Call(long id)
    {
        lock (_gate)
        {
            return _calls.TryGetValue(id, out var call)
                ? call
                : throw SessionException.Violation($"The worker sent a frame for invocation {id}, which is not in flight.");
        }
    }

    private void OnLastFrame(PendingCall call)
    {
        // Out of the count before its caller hears of the end: whoever has the answer finds the place free.
        lock (_gate) _calls.Remove(call.Id);
        _slots.Release();
        call.OnLastFrame();
    }

    private void OnPong(in FrameHeader header)
    {
        TaskCompletionSource<WorkerHealth>? answer;
        lock (_gate)
        {
            if (!_pings.Remove(header.Nonce!.Value, out answer))
                throw SessionException.Violation($"The worker answered ping {header.Nonce}, which was not asked.");
        }

        answer.TrySetResult(new WorkerHealth(header.Ok!.Value, header.Detail));
    }

    private void OnDescription(in ReadOnlySequence<byte> payload)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>>? answer;
        lock (_gate)
        {
            if (!_describes.TryDequeue(out answer)) throw SessionException.Violation("The worker described itself without being asked.");
        }

        answer.TrySetResult(payload.ToArray());
    }

    private void OnLeave()
    {
        if (!_leaving.TrySetResult()) throw SessionException.Violation("The worker asked to leave twice.");
    }

    private void OnBye()
    {
        lock (_gate)
        {
            if (!_closing || _calls.Count > 0)
                throw SessionException.Violation($"The worker said bye with {_calls.Count} invocations in flight{(_closing ? "" : " and no close")}.");
        }

        EndSession(new SessionException(SessionFault.Closed, "The session was closed in order."));
    }

    private void EndSession(SessionException reason)
    {
        PendingCall[] calls;
        TaskCompletionSource<WorkerHealth>[] pings;
        TaskCompletionSource<ReadOnlyMemory<byte>>[] describes;
        lock (_gate)
        {
            if (_end is not null) return;
            _end = reason;
            calls = [.. _calls.Values];
            pings = [.. _pings.Values];
            describes = [.. _describes];
            _calls.Clear();
        }

        _channel.Stop(reason);
        foreach (var call in calls) call.End(reason.ForAnotherCaller());
        foreach (var ping in pings) ping.TrySetException(reason.ForAnotherCaller());
        foreach (var describe in describes) describe.TrySetException(reason.ForAnotherCaller());
        _hello.TrySetException(reason.ForAnotherCaller());
        _ = _hello.Task.Exception;   // observed: after the handshake nobody awaits it
        _over.Cancel();
        _ended.TrySetResult(reason);
    }

    private void ThrowIfOver()
    {
        if (_end is not null) throw _end.ForAnotherCaller();
    }
}
