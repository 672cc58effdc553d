using System.Collections.Concurrent;
using System.Collections.Immutable;
using Crank.Carbon;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Mesh.Registry;

/// <summary>Runs jobs at the other end of a session: files stream both ways within credits, and what the worker says is foreign.</summary>
/// <param name="id">Its name on receipts.</param>
/// <param name="connection">The session; stays the caller's.</param>
/// <param name="isolation">What is believed of its isolation.</param>
/// <param name="most">How many jobs it may have at once.</param>
/// <param name="meter">What the energy of a job is modelled with, since nobody measures there.</param>
/// <param name="clock">The time.</param>
#pragma warning disable CA1001 // a semaphore without a handle needs no disposal, and a job that ends late still releases it
internal sealed class SessionWorker(WorkerId id, WorkerConnection connection, Isolation isolation, int most, EnergyMetering meter, TimeProvider clock) : IDispatcher
#pragma warning restore CA1001
{
    private static readonly ErrorCode s_gone = ErrorCode.Parse("worker-exit");
    private static readonly ErrorCode s_protocol = ErrorCode.Parse("worker-protocol");
    private static readonly ErrorCode s_tooMuch = ErrorCode.Parse("output-cap");
    private static readonly ErrorCode s_input = ErrorCode.Parse("input-unreadable");

    private readonly SemaphoreSlim _alone = new(1, 1);
    private int _running;

    /// <summary>Jobs that are on it now.</summary>
    public int Running => Volatile.Read(ref _running);

    public async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        try
        {
            // Jobs that it was told to stop and has not ended still take their places there.
            return Interlocked.Increment(ref _running) > most || connection.InFlight >= most ? new DispatchResult.Busy()
                : job.Capability.Concurrent ? await InvokeAsync(job, cancellationToken)
                : await InvokeAloneAsync(job, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<DispatchResult> InvokeAloneAsync(Dispatch job, CancellationToken cancellationToken)
    {
        await _alone.WaitAsync(cancellationToken);
        try
        {
            return await InvokeAsync(job, cancellationToken);
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task<DispatchResult> InvokeAsync(Dispatch job, CancellationToken cancellationToken)
    {
        var (began, mark) = (clock.GetTimestamp(), meter.Mark());
        ConcurrentDictionary<int, Run.OutputBlob>? received = null;
        try
        {
            var answer = await connection.InvokeAsync(
                new()
                {
                    Capability = job.Capability.Id.Name.Value,
                    Version = job.Capability.Id.Version.ToString(),
                    Input = job.Input,
                    Blobs = job.Blobs.IsEmpty ? [] : [.. job.Blobs.Values.Select(Input)],
                    Deadline = job.Limit > TimeSpan.FromMilliseconds(1) ? job.Limit : TimeSpan.FromMilliseconds(1),
                    MaxOutputBytes = job.Capability.Limits.Output.Value,
                    TraceParent = job.TraceParent,
                    ReceiveBlob = async (blob, token) => LazyInitializer.EnsureInitialized(ref received)[blob.Number] = await job.Spool.KeepAsync(blob.MediaType, blob.Content, token),
                    OnProgress = job.Progress is { } progress ? report => progress.Report(new(report.Fraction, Plain(report.Note))) : null,
                },
                cancellationToken);
            return answer switch
            {
                InvocationResult.Completed done => new DispatchResult.Done(done.Output, received is null ? [] : [.. received.OrderBy(b => b.Key).Select(b => b.Value)], Units(done.Units), Usage()),
                InvocationResult.Failed { Code: InvocationErrors.Cancelled or InvocationErrors.Deadline } when cancellationToken.IsCancellationRequested => new DispatchResult.Stopped(Usage()),
                InvocationResult.Failed failed => new DispatchResult.Failed(
                    ErrorCode.TryParse(failed.Code, null, out var code) ? code : RefusalCodes.BadOutput, Plain(failed.Message)!, failed.Retryable, Usage()),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new DispatchResult.Stopped(Usage());
        }
        catch (SessionException e)
        {
            return e.Fault switch
            {
                SessionFault.OutputTooLarge => new DispatchResult.Failed(s_tooMuch, e.Message, false, Usage()),
                SessionFault.InputFailed => new DispatchResult.Failed(s_input, e.Message, false, Usage()),
                SessionFault.ProtocolViolation => new DispatchResult.Failed(s_protocol, $"Service {id} broke the protocol and was cut off: {Plain(e.Message)}", true, Usage()),
                _ => new DispatchResult.Failed(s_gone, $"Service {id} was gone before the job ended.", true, Usage()),
            };
        }

        WorkerUsage Usage()
        {
            var wall = new Duration(clock.GetElapsedTime(began));
            return new(id, isolation, wall, Duration.Zero, default, meter.Read(mark, new(wall, null)));
        }
    }

    private static InputBlob Input(AdmittedBlob blob) =>
        new(blob.Digest.ToString(), blob.Source.Length, _ => ValueTask.FromResult<Stream>(new CheckedStream(blob.Source.Open(), blob.Digest)));

    /// <summary>What is no unit is not charged, and what is too much is cut by the ceiling.</summary>
    private static ImmutableDictionary<Unit, Quantity> Units(IReadOnlyDictionary<string, long> units)
    {
        var metered = ImmutableDictionary<Unit, Quantity>.Empty;
        foreach (var (name, count) in units)
        {
            if (Unit.TryParse(name, null, out var unit) && count is >= 0 and < long.MaxValue / 1_000_000)
            {
                metered = metered.SetItem(unit, Quantity.Whole(count));
            }
        }

        return metered;
    }

    /// <summary>Foreign text for terminals and logs: nothing in it moves a cursor.</summary>
    private static string? Plain(string? text) => text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
