using System.Collections.Concurrent;
using System.Collections.Immutable;
using Crank.Carbon;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Node.Workers;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Cli.Embedded;

/// <summary>Joins the controller to the worker pools of this machine: a job in the controller's words becomes one in the node's, and back.</summary>
internal sealed class NodeDispatcher(IReadOnlyDictionary<CapabilityName, WorkerPool> pools, EnergyMetering meter) : IDispatcher
{
    public async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<int, Mesh.Run.OutputBlob>? received = null;
        var start = meter.Mark();
        var result = await pools[job.Capability.Id.Name].RunAsync(
            new()
            {
                Capability = job.Capability.Id,
                Input = job.Input,
                Blobs = job.Blobs.IsEmpty ? [] : [.. job.Blobs.Values.Select(Input)],
                Deadline = job.Limit,
                MaxOutputBytes = job.Capability.Limits.Output.Value,
                Concurrent = job.Capability.Concurrent,
                MinIsolation = job.MinIsolation,
                TraceParent = job.TraceParent,
                ReceiveBlob = (blob, token) => ReceiveAsync(job.Spool, blob, LazyInitializer.EnsureInitialized(ref received), token),
                OnProgress = job.Progress is { } progress ? report => progress.Report(new(report.Fraction, report.Note)) : null,
            },
            cancellationToken);
        return result switch
        {
            WorkerResult.Done done => new DispatchResult.Done(
                done.Output,
                received is null ? [] : [.. received.OrderBy(b => b.Key).Select(b => b.Value)],
                Units(done.Units),
                Usage(done.Usage, start)),
            WorkerResult.Failed { Code: InvocationErrors.Deadline or InvocationErrors.Cancelled } stopped => new DispatchResult.Stopped(Usage(stopped.Usage, start)),
            WorkerResult.Failed failed => new DispatchResult.Failed(Code(failed.Code), failed.Message, failed.Retryable, Usage(failed.Usage, start)),
            WorkerResult.Killed { Reason: KillReason.Deadline } late => new DispatchResult.Stopped(Usage(late.Usage, start)),
            WorkerResult.Killed killed => new DispatchResult.Failed(Code(killed.Reason.ToCode()), killed.Message, Retryable: true, Usage(killed.Usage, start)),
            WorkerResult.Cancelled cancelled => new DispatchResult.Stopped(Usage(cancelled.Usage, start)),
            WorkerResult.Busy => new DispatchResult.Busy(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static InputBlob Input(AdmittedBlob blob) =>
        new(blob.Digest.ToString(), blob.Source.Length, _ => ValueTask.FromResult<Stream>(new CheckedStream(blob.Source.Open(), blob.Digest)));

    private static async Task ReceiveAsync(OutputSpool spool, Session.Controller.OutputBlob blob, ConcurrentDictionary<int, Mesh.Run.OutputBlob> received, CancellationToken cancellationToken) =>
        received[blob.Number] = await spool.KeepAsync(blob.MediaType, blob.Content, cancellationToken);

    private static ImmutableDictionary<Unit, Quantity> Units(IReadOnlyDictionary<string, long> units)
    {
        var metered = ImmutableDictionary<Unit, Quantity>.Empty;
        foreach (var (name, count) in units)
        {
            // A worker's word is foreign: what is no unit is not charged, and what is too much is cut by the ceiling.
            if (Unit.TryParse(name, null, out var unit) && count is >= 0 and < long.MaxValue / 1_000_000)
            {
                metered = metered.SetItem(unit, Quantity.Whole(count));
            }
        }

        return metered;
    }

    private static ErrorCode Code(string code) => ErrorCode.TryParse(code, null, out var known) ? known : RefusalCodes.BadOutput;

    private Mesh.Run.WorkerUsage Usage(Node.Workers.WorkerUsage usage, EnergyMark start) =>
        new(usage.Worker, usage.Isolation, usage.Wall, usage.Cpu, usage.PeakMemory, usage.Worker is null ? null : meter.Read(start, new(usage.Wall, usage.Cpu)));
}
