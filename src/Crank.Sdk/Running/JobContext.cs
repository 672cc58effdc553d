using System.Collections.Concurrent;
using Crank.Core;
using Crank.Session;
using Crank.Session.Worker;

namespace Crank.Sdk;

/// <summary>What a running job can do beside computing: tell how far it is, count units, read and write blobs.</summary>
public sealed class JobContext
{
    private readonly WorkerInvocation _invocation;
    private readonly Capability _capability;
    private readonly ConcurrentDictionary<string, long> _units = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<BlobOutput> _outputs = [];

    internal JobContext(WorkerInvocation invocation, Capability capability)
    {
        _invocation = invocation;
        _capability = capability;
    }

    /// <summary>W3C Trace Context <c>traceparent</c> of the caller, to hand on to what this job calls; null for none.</summary>
    public string? TraceParent => _invocation.TraceParent;

    internal long BlobBytes => _outputs.Sum(output => output.Length);

    internal IReadOnlyDictionary<string, long> Units => _units;

    /// <summary>Tells how far the job is.</summary>
    /// <param name="fraction">0 to 1; what is outside counts as the nearer end.</param>
    /// <param name="note">For people: what is being done.</param>
    public void Report(double fraction, string? note = null) => _invocation.Report(new ProgressReport(fraction, note));

    /// <summary>Counts units, which are charged when the job is done.</summary>
    /// <param name="unit">A unit that the capability declares with <see cref="MetersAttribute"/>.</param>
    /// <param name="count">0 or more; adds to what was counted before.</param>
    /// <exception cref="CapabilityException">The job has more units than the capability declared as its maximum: <c>bad-input</c>.</exception>
    /// <exception cref="ArgumentException">The unit is not declared.</exception>
    public void Meter(string unit, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!_capability.Limits.Units.TryGetValue(Unit.Parse(unit), out var maximum))
            throw new ArgumentException($"{_capability.Id} does not meter '{unit}'; declare it with [Meters(\"{unit}\", maximum)].", nameof(unit));
        if (_units.AddOrUpdate(unit, static (_, add) => add, static (_, sum, add) => checked(sum + add), count) > maximum)
            throw new CapabilityException(InvocationErrors.BadInput, $"The input comes to more than {maximum} of unit '{unit}', the most that {_capability.Id} takes in one job. Split it.");
    }

    /// <summary>The bytes of an input blob, read as they arrive; nothing is sent before the first read. One stream for each blob: opening it twice continues.</summary>
    /// <exception cref="CapabilityException">The caller named a blob and did not give it: <c>bad-input</c>.</exception>
    public Stream Open(Blob blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var key = blob.Digest.ToString();
        for (var number = 0; number < _invocation.Blobs.Count; number++)
        {
            if (_invocation.Blobs[number].Key == key) return _invocation.OpenBlob(number);
        }

        throw new CapabilityException(InvocationErrors.BadInput, $"The input names the blob {key}, which was not given with it.");
    }

    /// <summary>Begins an output blob; write to it, then <see cref="BlobOutput.CompleteAsync"/>.</summary>
    /// <param name="mediaType">Media type, such as <c>text/markdown</c>.</param>
    /// <param name="name">File name to suggest.</param>
    public BlobOutput CreateBlob(string mediaType, string? name = null)
    {
        var output = new BlobOutput(_invocation.CreateBlob(mediaType, name), mediaType, name);
        _outputs.Add(output);
        return output;
    }

    /// <summary>Writes a whole output blob from memory.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="mediaType">Media type, such as <c>text/markdown</c>.</param>
    /// <param name="name">File name to suggest.</param>
    /// <param name="cancellationToken">Ends the wait for the controller to take it.</param>
    /// <returns>What to put into the output.</returns>
    public async Task<Blob> WriteBlobAsync(ReadOnlyMemory<byte> content, string mediaType, string? name = null, CancellationToken cancellationToken = default)
    {
        await using var output = CreateBlob(mediaType, name);
        await output.WriteAsync(content, cancellationToken);
        return await output.CompleteAsync(cancellationToken);
    }
}
