using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Schema;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Sdk.Testing;

/// <summary>
/// Runs one capability behind a real session in memory. Checks what a mesh would check: the input and the output against
/// their schemas, the limits, that every blob named was sent, that only declared units are metered.
/// </summary>
/// <typeparam name="TInput">The capability's input.</typeparam>
/// <typeparam name="TOutput">The capability's output.</typeparam>
public sealed class CapabilityTestHost<TInput, TOutput> : IAsyncDisposable
{
    private readonly Capability<TInput, TOutput> _capability;
    private readonly TimeProvider _clock;
    private readonly Lazy<Task<WorkerConnection>> _connection;
    private readonly ConcurrentDictionary<Digest, byte[]> _inputs = new();
    private readonly ConcurrentQueue<Exception> _log = new();

    internal CapabilityTestHost(Capability<TInput, TOutput> capability, TimeProvider clock)
    {
        _capability = capability;
        _clock = clock;
        _connection = new(ConnectAsync);
    }

    /// <summary>The capability's description.</summary>
    public Capability Descriptor => _capability.Descriptor;

    /// <summary>Gives a blob to the runs that follow.</summary>
    /// <returns>What to put into the input.</returns>
    public Blob AddBlob(ReadOnlySpan<byte> content, string? mediaType = null, string? name = null)
    {
        var digest = Digest.Of(content);
        _inputs[digest] = content.ToArray();
        return new Blob(digest, content.Length, mediaType, name);
    }

    /// <summary>Gives a blob of UTF-8 text to the runs that follow.</summary>
    /// <returns>What to put into the input.</returns>
    public Blob AddBlob(string text, string? mediaType = null, string? name = null) => AddBlob(Encoding.UTF8.GetBytes(text), mediaType, name);

    /// <summary>Runs it once.</summary>
    /// <exception cref="CapabilityException">It was not done; the code and message are what a caller would get. What broke it, if it broke, is the inner exception's business of the test: see the message.</exception>
    public Task<CapabilityRun<TOutput>> RunAsync(TInput input, CancellationToken cancellationToken = default) =>
        RunJsonAsync(JsonSerializer.Serialize(input, _capability.InputType), cancellationToken);

    /// <summary>Runs it once on an input as a caller might write it.</summary>
    /// <exception cref="CapabilityException">It was not done; the code and message are what a caller would get.</exception>
    /// <exception cref="CapabilityTestException">It broke, or its output breaks its own schema or promises.</exception>
    public async Task<CapabilityRun<TOutput>> RunJsonAsync(string json, CancellationToken cancellationToken = default)
    {
        var connection = await _connection.Value;
        var progress = new ConcurrentQueue<ProgressReport>();
        var outputs = new ConcurrentDictionary<Digest, byte[]>();
        var result = await connection.InvokeAsync(
            new Invocation
            {
                Capability = Descriptor.Id.Name.Value,
                Version = Descriptor.Id.Version.ToString(),
                Input = Encoding.UTF8.GetBytes(json),
                Blobs = [.. _inputs.Where(blob => json.Contains(blob.Key.Hex, StringComparison.Ordinal)).Select(ToInput)],
                MaxOutputBytes = Descriptor.Limits.Output.Value,
                OnProgress = progress.Enqueue,
                ReceiveBlob = async (blob, token) =>
                {
                    using var content = new MemoryStream();
                    await blob.Content.CopyToAsync(content, token);
                    outputs[Digest.Of(content.ToArray())] = content.ToArray();
                },
            },
            cancellationToken);
        return result switch
        {
            InvocationResult.Failed { Code: InvocationErrors.Internal } => throw new CapabilityTestException($"{Descriptor.Id} broke.", _log.LastOrDefault()),
            InvocationResult.Failed failed => throw new CapabilityException(failed.Code, failed.Message),
            InvocationResult.Completed completed => Check(completed, [.. progress], outputs),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Ends the session.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated) await (await _connection.Value).DisposeAsync();
    }

    private static InputBlob ToInput(KeyValuePair<Digest, byte[]> blob) =>
        new(blob.Key.ToString(), blob.Value.Length, _ => new ValueTask<Stream>(new MemoryStream(blob.Value, writable: false)));

    private CapabilityRun<TOutput> Check(InvocationResult.Completed completed, ProgressReport[] progress, ConcurrentDictionary<Digest, byte[]> outputs)
    {
        using var document = JsonDocument.Parse(completed.Output);
        if (JsonSchema.Compile(Descriptor.Output).Validate(document.RootElement) is { IsValid: false } wrong)
            throw new CapabilityTestException($"The output of {Descriptor.Id} does not fit its own schema: {string.Join(" ", wrong.Errors)}", null);
        var output = document.RootElement.Deserialize(_capability.OutputType)
            ?? throw new CapabilityTestException($"The output of {Descriptor.Id} is null.", null);
        return new CapabilityRun<TOutput>(output, Encoding.UTF8.GetString(completed.Output.Span), completed.Units, progress, outputs);
    }

    private async Task<WorkerConnection> ConnectAsync()
    {
        var toWorker = new Pipe();
        var fromWorker = new Pipe();
        var service = new Service("test-host", new SemanticVersion(0, 0, 1), _capability);
        var endpoint = WorkerHost.Endpoint(service, "none", _clock, _log.Enqueue);
        _ = Task.Run(() => endpoint.RunAsync(toWorker.Reader.AsStream(), fromWorker.Writer.AsStream()));
        return await WorkerConnection.ConnectAsync(fromWorker.Reader.AsStream(), toWorker.Writer.AsStream(), Descriptor.Concurrent ? 64 : 1);
    }
}
